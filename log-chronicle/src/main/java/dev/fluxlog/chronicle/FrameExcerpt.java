package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of whole frames of one stream with adjacent sequences.
 *
 * <p>The table has one u32 per frame: where it begins, from the begin of the first. The frames follow, byte for byte as
 * in the commit journal. The table finds a frame without trusting the frames before it, so a damaged frame hides no
 * other. Immutable; frames are verified one by one when they are asked for.
 */
final class FrameExcerpt implements Excerpt {
    static final byte MAGIC = (byte) 0xCA;
    static final int ENTRY_BYTES = 4;

    private final byte[] bytes;
    private final long stream;
    private final long firstSequence;
    private final int count;

    /** @param bytes with a head that was checked */
    FrameExcerpt(byte[] bytes, long stream, long firstSequence, int count) {
        this.bytes = bytes;
        this.stream = stream;
        this.firstSequence = firstSequence;
        this.count = count;
    }

    /** An excerpt in memory. */
    static FrameExcerpt of(List<Frame> run) {
        int framesBytes = run.stream().mapToInt(Frame::length).sum();
        byte[] bytes = new byte[bytesFor(run.size(), framesBytes)];
        encode(run, bytes);
        return new FrameExcerpt(bytes, run.get(0).stream(), run.get(0).sequence(), run.size());
    }

    static int bytesFor(int frames, int framesBytes) {
        return HEADER_BYTES + ENTRY_BYTES * frames + framesBytes;
    }

    /**
     * Encodes a run into the begin of {@code target}.
     *
     * @return bytes used
     */
    static int encode(List<Frame> run, byte[] target) {
        int tableBytes = ENTRY_BYTES * run.size();
        int begin = HEADER_BYTES + tableBytes;
        int at = begin;
        ByteBuffer table =
                ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN).position(HEADER_BYTES);
        for (Frame frame : run) {
            table.putInt(at - begin);
            System.arraycopy(frame.array(), frame.offset(), target, at, frame.length());
            at += frame.length();
        }
        Frame first = run.get(0);
        Excerpt.writeHead(
                target, new Head(MAGIC, first.stream(), first.sequence(), run.size(), at - begin), tableBytes);
        return at;
    }

    @Override
    public long firstSequence() {
        return firstSequence;
    }

    @Override
    public long lastSequence() {
        return firstSequence + count - 1;
    }

    @Override
    public void verify() {
        for (long sequence = firstSequence; sequence <= lastSequence(); sequence++) {
            frame(sequence);
        }
    }

    @Override
    public byte[] bytes(long ofStream) {
        int size = HEADER_BYTES
                + ENTRY_BYTES * count
                + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(28);
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    /** The frame, or null when it is damaged. */
    @Nullable
    Frame wholeOrNull(long sequence) {
        try {
            return frame(sequence);
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPT) {
                throw e;
            }
            return null;
        }
    }

    /** @throws StorageException {@code CORRUPT} with stream and sequence */
    Frame frame(long sequence) {
        try {
            int entry = HEADER_BYTES + ENTRY_BYTES * (int) (sequence - firstSequence);
            int begin = HEADER_BYTES + ENTRY_BYTES * count;
            int offset = begin
                    + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(entry);
            Frame frame = Frame.verify(bytes, offset, bytes.length);
            if (frame.stream() != stream || frame.sequence() != sequence || frame.isControl()) {
                throw Excerpt.corrupt(
                        "holds " + frame + " where sequence " + sequence + " of stream " + stream + " belongs");
            }
            return frame;
        } catch (StorageException e) {
            throw e.at(stream, sequence);
        }
    }
}
