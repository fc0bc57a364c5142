package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.file.Path;
import java.util.Arrays;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.WriteAfterEOFException;
import org.jspecify.annotations.Nullable;

/**
 * A Chronicle queue as we use one: byte arrays in, byte arrays out, segments numbered by us.
 *
 * <p>Besides {@link SegmentRollCycle} the only class that knows Chronicle's types. Nothing mapped leaves it, and no
 * error of Chronicle's leaves it untranslated. It knows nothing of frames.
 *
 * <p>One thread at a time appends, and one thread at a time uses a {@link Reader}; the callers see to that, so
 * Chronicle's own check, which forbids any handing over, is off.
 */
final class JournalQueue implements AutoCloseable {
    private static final int READ_BACK_BYTES = 4 << 10;

    private final Path directory;
    private final int blockBytes;
    private final SegmentRollCycle segments;
    private final SingleChronicleQueue queue;
    private @Nullable ExcerptAppender appender;

    private JournalQueue(Path directory, int blockBytes, SegmentRollCycle segments, SingleChronicleQueue queue) {
        this.directory = directory;
        this.blockBytes = blockBytes;
        this.segments = segments;
        this.queue = queue;
    }

    /**
     * Chronicle adds a shutdown hook when it is first used, which is refused once the process ends; and closing a log, often
     * from a hook, may be the first to open a queue. This initialises the class that adds it, and waits for nothing.
     */
    static void prepare() {
        BackgroundResourceReleaser.isOnBackgroundResourceReleaserThread();
    }

    /**
     * Opens or creates the queue; Chronicle's metadata must have been deleted.
     *
     * @param segment the segment to append to: the newest there is, or one above it
     */
    static JournalQueue open(Path directory, int segment, int blockBytes) {
        SegmentRollCycle cycle = new SegmentRollCycle(segment);
        SingleChronicleQueue queue;
        try {
            queue = SingleChronicleQueueBuilder.binary(directory)
                    .rollCycle(cycle)
                    .blockSize(blockBytes)
                    .timeoutMS(1_000)
                    .checkInterrupts(false)
                    .build();
        } catch (Throwable e) {
            throw io("a stream journal cannot be opened", e);
        }
        // Chronicle falls back to reading only, without a word, when it lacks descriptors, access or JVM options.
        if (queue.metaStore().readOnly()) {
            queue.close();
            throw new StorageException(
                    StorageException.Kind.IO,
                    "a stream journal opened for reading only: file descriptors are used up, or the directory is not"
                            + " writable");
        }
        return new JournalQueue(directory, blockBytes, cycle, queue);
    }

    private static StorageException io(String what, Throwable cause) {
        if (cause instanceof OutOfMemoryError memory) {
            throw memory;
        }
        return new StorageException(StorageException.Kind.IO, what + ": " + cause, cause);
    }

    /** What Chronicle cannot make sense of is damage, unless the system refused it something. */
    private static StorageException damaged(String what, Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            boolean refused = at instanceof IOException
                    && !(at instanceof StreamCorruptedException)
                    && !(at instanceof EOFException);
            if (refused || at instanceof OutOfMemoryError) {
                return io(what, cause);
            }
        }
        // Among others InternalError: the file is shorter than what was mapped of it.
        return new StorageException(StorageException.Kind.CORRUPT, what + ": " + cause, cause);
    }

    int blockBytes() {
        return blockBytes;
    }

    /** Largest excerpt that fits: Chronicle maps a quarter of a block more than the block itself. */
    int excerptBytesMax() {
        return Math.max(blockBytes / 4, 64 << 10) - 64;
    }

    /** Where an excerpt was written, and how full its segment is with it. */
    record Written(int segment, long number, long segmentBytes) {}

    Written append(byte[] bytes, int length) {
        if (length > excerptBytesMax()) {
            throw new IllegalArgumentException(length + " bytes do not fit, at most " + excerptBytesMax() + " do");
        }
        try {
            return write(bytes, length);
        } catch (WriteAfterEOFException e) {
            // Recovery sealed the newest segment, and only its end tells.
            return appendToNextSegment(bytes, length);
        } catch (Throwable e) {
            throw io("writing to a stream journal failed", e);
        }
    }

    private Written appendToNextSegment(byte[] bytes, int length) {
        try {
            appender().close();
            appender = null;
            roll();
            return write(bytes, length);
        } catch (Throwable e) {
            throw io("writing to a stream journal failed", e);
        }
    }

    private Written write(byte[] bytes, int length) {
        ExcerptAppender target = appender();
        try (DocumentContext document = target.writingDocument()) {
            try {
                Bytes<?> sink =
                        java.util.Objects.requireNonNull(document.wire()).bytes();
                long at = sink.writePosition();
                sink.write(bytes, 0, length);
                requireWritten(sink, at, bytes, length);
            } catch (Throwable e) {
                // Leaving by an exception would commit what was written so far.
                document.rollbackOnClose();
                throw e;
            }
        }
        long index = target.lastIndexAppended();
        return new Written(
                segments.toCycle(index),
                segments.toSequenceNumber(index),
                java.util.Objects.requireNonNull(target.wire()).bytes().writePosition());
    }

    /**
     * On a full disk a page of a mapped file may not be there. The JVM tells so late or not at all, and what was written to
     * it is gone, as whoever reads it finds out.
     */
    private static void requireWritten(Bytes<?> sink, long at, byte[] bytes, int length) {
        byte[] piece = new byte[Math.min(length, READ_BACK_BYTES)];
        for (int from = 0; from < length; from += piece.length) {
            int count = Math.min(piece.length, length - from);
            sink.read(at + from, piece, 0, count);
            if (!Arrays.equals(piece, 0, count, bytes, from, from + count)) {
                throw new StorageException(
                        StorageException.Kind.IO, "what was written is not there, perhaps for lack of space");
            }
        }
    }

    private ExcerptAppender appender() {
        if (appender == null) {
            appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true);
        }
        return appender;
    }

    /** The next append begins a new segment. */
    void roll() {
        segments.use(segments.segment() + 1);
    }

    Reader reader() {
        try {
            ExcerptTailer tailer = queue.createTailer();
            tailer.singleThreadedCheckDisabled(true);
            return new Reader(tailer);
        } catch (Throwable e) {
            throw damaged("a stream journal cannot be read", e);
        }
    }

    @Override
    public void close() {
        try {
            queue.close();
        } catch (Throwable e) {
            throw io("closing a stream journal failed", e);
        }
    }

    /** An excerpt as it stands in the journal. */
    record Found(int segment, long number, byte[] bytes) {}

    /** A place in the queue from which excerpts are copied. */
    final class Reader implements AutoCloseable {
        private final ExcerptTailer tailer;

        private Reader(ExcerptTailer tailer) {
            this.tailer = tailer;
        }

        /** The excerpt with this number, or null when there is none that can be found. */
        @Nullable
        Found at(int segment, long number) {
            try {
                long index = segments.toIndex(segment, number);
                Found found = tailer.moveToIndex(index) ? copy() : null;
                return found != null && found.segment() == segment && found.number() == number ? found : null;
            } catch (Throwable e) {
                throw unreadable(segment, e);
            }
        }

        /** The excerpt behind the last one read, if need be in a later segment, or null. */
        @Nullable
        Found next() {
            try {
                return copy();
            } catch (Throwable e) {
                throw unreadable(tailer.cycle(), e);
            }
        }

        /** How many excerpts the segment seems to have: a hint. */
        long count(int segment) {
            try {
                return tailer.excerptsInCycle(segment);
            } catch (Throwable e) {
                throw unreadable(segment, e);
            }
        }

        private @Nullable Found copy() {
            try (DocumentContext document = tailer.readingDocument()) {
                if (!document.isPresent() || !document.isData()) {
                    return null;
                }
                long index = document.index();
                Bytes<?> source =
                        java.util.Objects.requireNonNull(document.wire()).bytes();
                long length = source.readRemaining();
                if (length < Excerpt.HEADER_BYTES || length > Excerpt.BYTES_MAX + 3) {
                    throw new StorageException(
                            StorageException.Kind.CORRUPT, "an excerpt claims to be " + length + " bytes long");
                }
                byte[] bytes = new byte[(int) length];
                source.read(bytes);
                return new Found(segments.toCycle(index), segments.toSequenceNumber(index), bytes);
            }
        }

        private StorageException unreadable(int segment, Throwable cause) {
            if (cause instanceof StorageException known) {
                return known.in(SegmentName.file(directory, segment).toString(), -1);
            }
            return damaged("an excerpt cannot be read", cause);
        }

        @Override
        public void close() {
            tailer.close();
        }
    }
}
