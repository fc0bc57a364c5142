package dev.fluxlog.chronicle;

import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The head of one group in the commit journal; the frames follow byte for byte, padded with zeros to 8.
 *
 * <p>Head and frames have a checksum each: an intact head still tells how far damaged frames reach, which is what tells
 * a write that was interrupted from bytes that went bad afterwards.
 *
 * @param eventCount events among the frames
 * @param lostPositions positions in the group whose events are lost; the changes of the kind {@code lost} tell which
 * @param framesBytes length of the frames without padding
 * @param framesChecksum CRC32C of the frames
 * @param group number of the group, dense
 * @param firstPosition one above the highest position of the group before
 */
record CommitRecord(
        int frameCount,
        int eventCount,
        int lostPositions,
        int framesBytes,
        int framesChecksum,
        long group,
        long firstPosition) {
    static final int HEADER_BYTES = 48;
    static final int ALIGNMENT = 8;

    /** Bounds what a damaged length can make us allocate. */
    static final int FRAMES_BYTES_MAX = 64 << 20;

    private static final int MAGIC = 0x50524758; // "XGRP"
    private static final short VERSION = 1;
    private static final int LOST = 1;

    static CommitRecord of(CommitGroup group, long number, long firstPosition) {
        byte[] bytes = group.bytes();
        int events = Math.toIntExact(group.lastPosition() - firstPosition + 1);
        return new CommitRecord(
                group.frameCount(),
                events,
                0,
                bytes.length,
                Checksum.of(bytes, 0, bytes.length),
                number,
                firstPosition);
    }

    /** Of a group in which some positions are lost; only recovery writes any. */
    CommitRecord losing(int positions) {
        return new CommitRecord(
                frameCount, eventCount - positions, positions, framesBytes, framesChecksum, group, firstPosition);
    }

    /** Bytes that a group takes in the journal, with head and padding. */
    static long bytesFor(int framesBytes) {
        return HEADER_BYTES + (framesBytes + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
    }

    long bytes() {
        return bytesFor(framesBytes);
    }

    long lastPosition() {
        return firstPosition + eventCount + lostPositions - 1;
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC)
                .putShort(VERSION)
                .putShort((short) (lostPositions > 0 ? LOST : 0))
                .putInt(0)
                .putInt(framesChecksum);
        out.putInt(frameCount).putInt(eventCount).putInt(framesBytes).putInt(lostPositions);
        out.putLong(group).putLong(firstPosition);
        return Checksum.sealAt(out.array(), 8);
    }

    /** The head at this place, or null when there is none or it is damaged. */
    static @Nullable CommitRecord decode(byte[] bytes, int at) {
        ByteBuffer in = ByteBuffer.wrap(bytes, at, HEADER_BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt(0) != MAGIC || in.getInt(8) != Checksum.around(bytes, at, HEADER_BYTES, 8)) {
            return null;
        }
        if (in.getShort(4) != VERSION || (in.getShort(6) & ~LOST) != 0) {
            throw new StorageException(
                    StorageException.Kind.UNSUPPORTED_VERSION,
                    "commit group version " + in.getShort(4) + " with flags " + in.getShort(6));
        }
        CommitRecord head = new CommitRecord(
                in.getInt(16),
                in.getInt(20),
                in.getInt(28),
                in.getInt(24),
                in.getInt(12),
                in.getLong(32),
                in.getLong(40));
        boolean plausible = head.framesBytes >= Frame.HEADER_BYTES
                && head.framesBytes <= FRAMES_BYTES_MAX
                && head.frameCount >= 1
                && head.frameCount <= head.framesBytes / Frame.HEADER_BYTES
                && head.eventCount >= 0
                && head.lostPositions >= 0
                && head.lostPositions > 0 == (in.getShort(6) == LOST)
                && head.eventCount <= head.frameCount;
        return plausible ? head : null;
    }

    /** Whether the frames at this place are the ones that were written. */
    boolean matches(byte[] bytes, int at) {
        return Checksum.of(bytes, at, framesBytes) == framesChecksum;
    }

    /**
     * The group with its frames copied, each verified.
     *
     * @throws StorageException {@code CORRUPT}, without place, when the frames are not what the head says
     */
    CommitGroup group(byte[] bytes, int at) {
        byte[] frames = Arrays.copyOfRange(bytes, at, at + framesBytes);
        int[] offsets = new int[frameCount];
        int offset = 0;
        int events = 0;
        for (int i = 0; i < frameCount; i++) {
            Frame frame = Frame.verify(frames, offset, framesBytes);
            offsets[i] = offset;
            offset += frame.length();
            events += frame.isControl() ? 0 : 1;
        }
        if (offset != framesBytes || events != eventCount) {
            throw new StorageException(
                    StorageException.Kind.CORRUPT,
                    "the frames of group " + group + " are not those that its head counts");
        }
        return new CommitGroup(frames, offsets, lastPosition());
    }
}
