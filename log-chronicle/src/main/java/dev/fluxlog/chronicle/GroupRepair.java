package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a damaged commit group together again, if that takes no guess.
 *
 * <p>A group whose head is damaged and whose frames are whole tells its head by what is in it; that it ends there, and was
 * committed, is told by the next group, which follows and was written only after this one was forced. A group whose head
 * is whole lacks frames: these stand in the journals of their streams, where only committed ones are written, and each
 * position fits one place. The checksum in the head proves the result, byte for byte.
 *
 * <p>A change to the catalog stands nowhere else, so a group that lacks one stays damaged. Changes nothing. See
 * {@code docs/adr/0005}.
 */
final class GroupRepair {
    private final Medium medium;
    private final ScanWindow window;
    private final JournalPlace place;

    /** @param place behind the last whole group, where the damaged one begins */
    GroupRepair(Medium medium, ScanWindow window, JournalPlace place) {
        this.medium = medium;
        this.window = window;
        this.place = place;
    }

    /** A head and the frames that belong to it. */
    record Found(CommitRecord head, byte[] frames) {

        /** Into its place; the damaged bytes are kept. */
        void write(Medium medium, Path file, long offset) throws IOException {
            try (ScanWindow window = new ScanWindow(medium.disk().openToRead(file))) {
                long end = Math.min(window.size(), offset + head.bytes());
                Quarantine.copy(medium, window, offset, end, "damaged-" + file.getFileName() + "-" + offset);
            }
            medium.crashPoints().before(Step.RECOVER_JOURNALS);
            try (Disk.Handle handle = medium.disk().open(file)) {
                handle.write(ByteBuffer.wrap(frames), offset + CommitRecord.HEADER_BYTES);
                handle.write(ByteBuffer.wrap(head.encode()), offset);
                handle.force(true);
            }
        }
    }

    /** @return the group as it was written, or null when that cannot be told */
    @Nullable
    Found run() throws IOException {
        CommitRecord head = headAt(place.offset());
        if (head == null) {
            return byFrames();
        }
        return follows(head) && isCommitted(head) ? byHead(head) : null;
    }

    /** An interrupted write is nobody's loss, and looking for it in every journal would take long. */
    private boolean isCommitted(CommitRecord head) throws IOException {
        CommitRecord next = headAt(place.offset() + head.bytes());
        if (next != null && next.group() == head.group() + 1) {
            return true;
        }
        AcknowledgedMark.Note note = AcknowledgedMark.read(medium);
        return (note != null && note.group() >= head.group()) || !CommitScan.isTorn(window, place.offset(), 0);
    }

    private boolean follows(CommitRecord head) {
        return head.group() == place.group() + 1 && head.firstPosition() == place.position() + 1;
    }

    private @Nullable CommitRecord headAt(long offset) throws IOException {
        int at = window.at(offset, CommitRecord.HEADER_BYTES);
        return at < 0 ? null : CommitRecord.decode(window.bytes(), at);
    }

    /** All frames up to a group that comes next. */
    private @Nullable Found byFrames() throws IOException {
        long begin = place.offset() + CommitRecord.HEADER_BYTES;
        long at = begin;
        int frames = 0;
        int events = 0;
        for (Frame frame = frameAt(at); frame != null; frame = frameAt(at)) {
            if (!frame.isControl() && frame.position() != place.position() + 1 + events) {
                return null;
            }
            events += frame.isControl() ? 0 : 1;
            frames++;
            at += frame.length();
        }
        int length = (int) Math.min(at - begin, CommitRecord.FRAMES_BYTES_MAX + 1L);
        CommitRecord next = headAt(begin - CommitRecord.HEADER_BYTES + CommitRecord.bytesFor(length));
        if (frames == 0
                || next == null
                || next.group() != place.group() + 2
                || next.firstPosition() != place.position() + 1 + events) {
            return null;
        }
        byte[] bytes = bytes(begin, length);
        int checksum = Checksum.of(bytes, 0, length);
        return new Found(
                new CommitRecord(frames, events, 0, length, checksum, place.group() + 1, place.position() + 1), bytes);
    }

    private @Nullable Frame frameAt(long offset) throws IOException {
        int at = window.at(offset, Frame.HEADER_BYTES);
        if (at < 0 || window.bytes()[at] != Frame.MAGIC) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(window.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        long length = Frame.HEADER_BYTES
                + Short.toUnsignedLong(in.getShort(at + 40))
                + Short.toUnsignedLong(in.getShort(at + 42))
                + Short.toUnsignedLong(in.getShort(at + 52))
                + Integer.toUnsignedLong(in.getInt(at + 44))
                + Integer.toUnsignedLong(in.getInt(at + 48));
        return length > Frame.FRAME_BYTES_MAX ? null : wholeAt(bytes(offset, (int) length), 0);
    }

    private byte[] bytes(long offset, int length) throws IOException {
        int at = window.at(offset, length);
        return at < 0 ? new byte[0] : java.util.Arrays.copyOfRange(window.bytes(), at, at + length);
    }

    private static @Nullable Frame wholeAt(byte[] bytes, int at) {
        try {
            return Frame.verify(bytes, at, bytes.length);
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPT) {
                throw e;
            }
            return null;
        }
    }

    /** What the head counts, with each frame that is not whole taken from the journal of its stream. */
    private @Nullable Found byHead(CommitRecord head) throws IOException {
        byte[] frames = bytes(place.offset() + CommitRecord.HEADER_BYTES, head.framesBytes());
        if (frames.length == 0) {
            // The file was cut.
            frames = new byte[head.framesBytes()];
        }
        Map<Long, Frame> applied = new Applied(head).find();
        long position = head.firstPosition();
        for (int at = 0; at < frames.length; ) {
            Frame frame = wholeAt(frames, at);
            if (frame == null) {
                frame = applied.get(position);
                if (frame == null || frame.length() > frames.length - at) {
                    return null;
                }
                System.arraycopy(frame.array(), frame.offset(), frames, at, frame.length());
            }
            position += frame.isControl() ? 0 : 1;
            at += frame.length();
        }
        return head.matches(frames, 0) ? new Found(head, frames) : null;
    }

    /** The events of a group as they stand in the journals of all streams. */
    private final class Applied implements SegmentWalk.Visitor {
        private final long first;
        private final long last;
        private final Map<Long, Frame> found = new HashMap<>();

        Applied(CommitRecord head) {
            this.first = head.firstPosition();
            this.last = head.lastPosition();
        }

        Map<Long, Frame> find() throws IOException {
            for (Path shard : medium.disk().list(medium.streamsDirectory())) {
                for (Path journal : medium.disk().list(shard)) {
                    long stream = Medium.streamOf(journal);
                    if (stream > OrderExcerpt.STREAM) {
                        find(journal, stream);
                    }
                }
            }
            return found;
        }

        private void find(Path journal, long stream) throws IOException {
            for (Path file : medium.disk().list(journal)) {
                if (SegmentName.numberOf(file) >= 0) {
                    SegmentWalk.run(medium, file, stream, this);
                }
            }
        }

        @Override
        public void excerpt(Excerpt excerpt, SegmentWalk.Place where, boolean reachable) {
            if (excerpt instanceof FrameExcerpt frames) {
                for (long sequence = frames.firstSequence(); sequence <= frames.lastSequence(); sequence++) {
                    Frame frame = frames.wholeOrNull(sequence);
                    if (frame != null && frame.position() >= first && frame.position() <= last) {
                        found.put(frame.position(), frame);
                    }
                }
            }
        }

        @Override
        public void damaged(SegmentWalk.Place where, String what) {
            // Then it is not to be had there.
        }
    }
}
