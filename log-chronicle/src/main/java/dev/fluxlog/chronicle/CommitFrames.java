package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads single frames of the commit journal again, by their places.
 *
 * <p>Each is copied to the heap and checked like any other: checksum, stream and sequence. Frames that stand close to one
 * another are read at once. Of the segments few stay open, the newest.
 *
 * <p>Safe for any number of threads. It knows nothing of when a segment is freed: whoever holds a place sees to it that
 * the segment is kept.
 */
final class CommitFrames implements AutoCloseable {
    /** Twice as many segments as are held between two checkpoints by default. */
    static final int OPEN_MAX = 16;

    /** Read at once at most, unless a single frame is larger. */
    private static final int PIECE_BYTES_MAX = 64 << 10;

    /** A gap between two frames that costs less to copy than to ask once more. */
    private static final int GAP_BYTES = 2 << 10;

    /** Enough for the head of a frame, and for the whole of a small one. */
    private static final int FIRST_BYTES = 512;

    private final Medium medium;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** Open segments by number; looked into with the shared lock, changed with the other. */
    private final TreeMap<Long, Disk.Handle> open = new TreeMap<>();

    CommitFrames(Medium medium) {
        this.medium = medium;
    }

    /** Frames of one stream with rising, adjacent sequences. */
    final class Run {
        private final long stream;
        private final long since;
        private final long[] places;
        private final long first;

        // The piece at hand: so many bytes of that segment from there on.
        private byte[] piece = {};
        private long pieceSegment = -1;
        private long pieceOffset;
        private int pieceLength;
        private int lastLength = FIRST_BYTES;

        /**
         * @param since as {@link FramePlaces#segment} wants it
         * @param first sequence of the frame at the first place
         */
        Run(long stream, long since, long[] places, long first) {
            this.stream = stream;
            this.since = since;
            this.places = places;
            this.first = first;
        }

        /** @throws StorageException {@code CORRUPT} or {@code IO}, with stream, sequence, file and offset */
        Frame frame(int index) {
            long segment = FramePlaces.segment(places[index], since);
            long offset = FramePlaces.offset(places[index]);
            try {
                int at = ask(index, segment, offset);
                Frame frame = Frame.verify(piece, at, pieceLength);
                if (frame.stream() != stream || frame.sequence() != first + index || frame.isControl()) {
                    throw new StorageException(
                            StorageException.Kind.CORRUPT,
                            "holds " + frame + " where sequence " + (first + index) + " of stream " + stream
                                    + " belongs");
                }
                lastLength = frame.length();
                return frame;
            } catch (IOException e) {
                throw medium.failed("reading", file(segment), e).at(stream, first + index);
            } catch (StorageException e) {
                throw e.at(stream, first + index).in(medium.name(file(segment)), offset);
            }
        }

        /** Index in the piece at hand of the frame, all of which is there if the file has it. */
        private int ask(int index, long segment, long offset) throws IOException {
            int left = segment == pieceSegment && offset >= pieceOffset
                    ? (int) Math.max(0, Math.min(Integer.MAX_VALUE, pieceOffset + pieceLength - offset))
                    : 0;
            if (left < Frame.HEADER_BYTES || Frame.of(piece, pieceLength - left).length() > left) {
                fill(segment, offset, wantedFrom(index, segment, offset));
                int length = pieceLength < Frame.HEADER_BYTES
                        ? 0
                        : Frame.of(piece, 0).length();
                if (length > pieceLength && length <= Frame.FRAME_BYTES_MAX) {
                    fill(segment, offset, length);
                }
                left = pieceLength;
            }
            return pieceLength - left;
        }

        /** Through the frames behind that stand close, as far as a piece goes; how long the last one is is a guess. */
        private int wantedFrom(int index, long segment, long offset) {
            long end = offset;
            for (int i = index + 1; i < places.length; i++) {
                long next = FramePlaces.offset(places[i]);
                if (FramePlaces.segment(places[i], since) != segment
                        || next - end > lastLength + GAP_BYTES
                        || next + lastLength - offset > PIECE_BYTES_MAX) {
                    break;
                }
                end = next;
            }
            return (int) (end - offset) + Math.max(FIRST_BYTES, lastLength);
        }

        private void fill(long segment, long offset, int length) throws IOException {
            // Frames that were given out keep the piece before.
            byte[] bytes = new byte[length];
            pieceLength = read(segment, ByteBuffer.wrap(bytes), offset);
            piece = bytes;
            pieceSegment = segment;
            pieceOffset = offset;
        }
    }

    private Path file(long segment) {
        return medium.commitDirectory().resolve(CommitSegment.fileName(segment));
    }

    private int read(long segment, ByteBuffer target, long offset) throws IOException {
        try {
            return readOpen(segment, target, offset);
        } catch (IOException e) {
            // An interrupt, wherever it came from, has perhaps closed the file for everybody.
            letGo(segment);
            if (Thread.currentThread().isInterrupted()) {
                // It would only be closed again.
                throw e;
            }
            return readOpen(segment, target.rewind(), offset);
        }
    }

    private int readOpen(long segment, ByteBuffer target, long offset) throws IOException {
        while (true) {
            Lock shared = lock.readLock();
            shared.lock();
            try {
                Disk.Handle handle = open.get(segment);
                if (handle != null) {
                    return handle.read(target, offset);
                }
            } finally {
                shared.unlock();
            }
            open(segment);
        }
    }

    private void open(long segment) throws IOException {
        Lock alone = lock.writeLock();
        alone.lock();
        try {
            if (open.containsKey(segment)) {
                return;
            }
            open.put(segment, medium.disk().openToRead(file(segment)));
            if (open.size() > OPEN_MAX) {
                close(open.firstKey() == segment ? open.lastKey() : open.firstKey());
            }
        } finally {
            alone.unlock();
        }
    }

    private void close(long segment) throws IOException {
        Disk.Handle handle = open.remove(segment);
        if (handle != null) {
            handle.close();
        }
    }

    private void letGo(long segment) throws IOException {
        Lock alone = lock.writeLock();
        alone.lock();
        try {
            close(segment);
        } finally {
            alone.unlock();
        }
    }

    /** Segments before this one are gone, or about to go. */
    void freed(long before) {
        Lock alone = lock.writeLock();
        alone.lock();
        try {
            Iterator<Disk.Handle> handles = open.headMap(before).values().iterator();
            @Nullable IOException failure = null;
            while (handles.hasNext()) {
                try {
                    handles.next().close();
                } catch (IOException e) {
                    failure = e;
                }
                handles.remove();
            }
            if (failure != null) {
                throw medium.failed("closing segments of", medium.commitDirectory(), failure);
            }
        } finally {
            alone.unlock();
        }
    }

    @Override
    public void close() {
        freed(Long.MAX_VALUE);
    }
}
