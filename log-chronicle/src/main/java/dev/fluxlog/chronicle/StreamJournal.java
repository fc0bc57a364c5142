package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The journal of one stream while it is open: runs of frames go in at the end, frames come out by sequence.
 *
 * <p>Appended to by the applier only, which has what it appends from the commit journal: it is derived and can be
 * written again. Read by many threads, each with a {@link JournalReader} of the pool.
 *
 * <p>It does not open or close itself for lack of descriptors ({@link JournalCache}), and repairs nothing ({@link
 * JournalSettling}).
 */
final class StreamJournal implements JournalReads, AutoCloseable {
    /** Frames are gathered into excerpts up to this size; a larger frame stands alone. */
    static final int GATHERED_BYTES_MAX = 32 << 10;

    /** Bounds the search for a sequence within one segment; Chronicle's index there has room for twice as many. */
    static final long EXCERPTS_PER_SEGMENT_MAX = 1 << 19;

    /** What must be free before a journal is opened with Chronicle, or written to: more than its files take at first. */
    static final long OPENING_BYTES = 512 << 10;

    static final int SMALL_BLOCK_BYTES = 64 << 10;
    private static final int MEDIUM_BLOCK_BYTES = 1 << 20;

    /** From this size on a segment is mapped in medium blocks: mapping costs more than copying what is in a small one. */
    private static final long GROWN_BYTES = 4L << 20;

    private static final int LARGE_BLOCK_BYTES = 64 << 20;

    private final Medium medium;
    private final long stream;
    private final Path directory;
    private final long segmentBytes;
    private final JournalQueue queue;
    private final ReaderPool readers;

    /** Segments in order, with the first sequence in each as far as it is known, else {@link #UNKNOWN}. */
    private final ConcurrentNavigableMap<Integer, Long> segments = new ConcurrentSkipListMap<>();

    /** Of segments in which damage was met, where what is whole stands; shared by the readers. */
    private final ConcurrentMap<Integer, SegmentIndex> damaged = new ConcurrentHashMap<>();

    static final Long UNKNOWN = -1L;

    private static final byte[] NOTHING = {};

    // Owned by the applier.
    private byte[] buffer = NOTHING;
    private boolean rollBeforeNext;
    private boolean outgrown;

    /** Whether an append since the opening was read back. */
    private boolean trusted;

    /** The segment that was appended to last, and the file that it is. */
    private int writtenSegment = -1;

    private Object writtenFile = NOTHING;

    private StreamJournal(Medium medium, long stream, Path directory, long segmentBytes, JournalQueue queue) {
        this.medium = medium;
        this.stream = stream;
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.queue = queue;
        this.readers = new ReaderPool(() -> new JournalReader(medium, stream, directory, segments, damaged, source()));
    }

    /**
     * Opens the journal, creating it when there is none.
     *
     * @param excerptBytes the largest excerpt that will be appended
     * @throws StorageException {@code FULL} when there is no room for the files that Chronicle makes to open it
     */
    static StreamJournal open(Medium medium, long stream, long segmentBytes, int excerptBytes) {
        Path directory = medium.streamDirectory(stream);
        medium.requireFree(OPENING_BYTES);
        List<Integer> found = segmentsIn(medium, directory);
        int newest = found.isEmpty() ? 0 : found.get(found.size() - 1);
        newest += medium.disk().exists(SegmentName.sealedMark(directory, newest)) ? 1 : 0;
        try {
            medium.disk().createDirectories(directory);
            medium.disk().delete(directory.resolve(SegmentName.METADATA));
        } catch (IOException e) {
            throw medium.failed("opening", directory, e);
        }
        int blockBytes = Math.max(blockBytes(excerptBytes), leastBlockBytes(medium, directory, found));
        JournalQueue queue = JournalQueue.open(directory, newest, blockBytes);
        StreamJournal journal = new StreamJournal(medium, stream, directory, segmentBytes, queue);
        found.forEach(segment -> journal.segments.put(segment, UNKNOWN));
        return journal;
    }

    /**
     * Reads from a journal without opening it, which needs no space, and one descriptor, but a walk through the segment.
     *
     * @throws StorageException as the read does
     */
    static <T> T readPlain(Medium medium, long stream, Function<JournalReads, T> read) {
        Path directory = medium.streamDirectory(stream);
        ConcurrentNavigableMap<Integer, Long> segments = new ConcurrentSkipListMap<>();
        segmentsIn(medium, directory).forEach(segment -> segments.put(segment, UNKNOWN));
        try (JournalReader reader =
                new JournalReader(medium, stream, directory, segments, new ConcurrentHashMap<>(), null)) {
            return read.apply(reader);
        }
    }

    /** Null where Chronicle cannot read at all: its readers begin with the oldest segment, whatever they are asked for. */
    private JournalQueue.@Nullable Reader source() {
        try {
            Map.Entry<Integer, Long> oldest = segments.firstEntry();
            Path file = oldest == null ? null : SegmentName.file(directory, oldest.getKey());
            boolean damaged = file != null && medium.disk().exists(file) && !SegmentHead.isSound(medium, file);
            return damaged ? null : queue.reader();
        } catch (IOException e) {
            throw medium.failed("reading", directory, e);
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPT) {
                throw e;
            }
            return null;
        }
    }

    /** Numbers of the segments in order; a file that does not belong there is reported, Chronicle would trip over it. */
    static List<Integer> segmentsIn(Medium medium, Path directory) {
        List<Integer> numbers = new ArrayList<>();
        try {
            for (Path file : medium.disk().list(directory)) {
                int number = SegmentName.numberOf(file);
                String name = String.valueOf(file.getFileName());
                if (number >= 0) {
                    numbers.add(number);
                } else if (name.endsWith(".cq4")) {
                    throw medium.corrupt("is no segment of ours", file, -1);
                }
            }
        } catch (IOException e) {
            throw medium.failed("listing", directory, e);
        }
        return numbers;
    }

    /** The newest segment may have just begun: the one before it counts too. */
    private static int leastBlockBytes(Medium medium, Path directory, List<Integer> segments) {
        try {
            for (int segment : segments.subList(Math.max(0, segments.size() - 2), segments.size())) {
                if (medium.disk().identity(SegmentName.file(directory, segment)).bytes() >= GROWN_BYTES) {
                    return MEDIUM_BLOCK_BYTES;
                }
            }
            return SMALL_BLOCK_BYTES;
        } catch (IOException e) {
            throw medium.failed("opening", directory, e);
        }
    }

    static int blockBytes(int excerptBytes) {
        if (excerptBytes <= GATHERED_BYTES_MAX + (16 << 10)) {
            return SMALL_BLOCK_BYTES;
        }
        return excerptBytes <= MEDIUM_BLOCK_BYTES / 4 - 64 ? MEDIUM_BLOCK_BYTES : LARGE_BLOCK_BYTES;
    }

    int excerptBytesMax() {
        return queue.excerptBytesMax();
    }

    /** Whether it would be mapped in larger blocks when it was opened again. Applier. */
    boolean hasOutgrownItsBlocks() {
        return outgrown;
    }

    /** The excerpt that a run needs at least: that of its largest frame alone. */
    static int excerptBytesFor(List<Frame> run) {
        int largest = 0;
        for (Frame frame : run) {
            largest = Math.max(largest, frame.length());
        }
        return FrameExcerpt.bytesFor(1, largest);
    }

    /**
     * Appends frames with adjacent sequences, in as few excerpts as their bounds allow.
     *
     * @param written told each file that was written to
     */
    void append(List<Frame> run, Consumer<Path> written) {
        int from = 0;
        while (from < run.size()) {
            int to = from;
            int bytes = 0;
            do {
                bytes += run.get(to).length();
                to++;
            } while (to < run.size()
                    && FrameExcerpt.bytesFor(to - from + 1, bytes + run.get(to).length()) <= GATHERED_BYTES_MAX);
            appendExcerpt(run.subList(from, to), bytes, written);
            from = to;
        }
        letGo();
    }

    private void appendExcerpt(List<Frame> run, int framesBytes, Consumer<Path> written) {
        grow(FrameExcerpt.bytesFor(run.size(), framesBytes));
        append(FrameExcerpt.encode(run, buffer), run.get(0).sequence(), written);
    }

    /** Appends adjacent runs; only to the journal of the commit order. */
    void appendOrder(List<Run> runs, Consumer<Path> written) {
        int most = (GATHERED_BYTES_MAX - OrderExcerpt.bytesFor(0)) / OrderExcerpt.ENTRY_BYTES;
        grow(OrderExcerpt.bytesFor(Math.min(most, runs.size())));
        for (int from = 0; from < runs.size(); from += most) {
            List<Run> piece = runs.subList(from, Math.min(from + most, runs.size()));
            append(OrderExcerpt.encode(piece, buffer), piece.get(0).position(), written);
        }
        letGo();
    }

    /** Appends the word that a run of numbers is lost, where its events would stand. */
    void appendLost(LostExcerpt lost, Consumer<Path> written) {
        grow(LostExcerpt.BYTES);
        append(lost.encode(stream, buffer), lost.firstSequence(), written);
    }

    private void grow(int bytes) {
        if (buffer.length < bytes) {
            buffer = new byte[bytes];
        }
    }

    /** An open journal that rests keeps no buffer. */
    private void letGo() {
        buffer = NOTHING;
    }

    /** Appends the excerpt that stands in the buffer. */
    private void append(int length, long firstSequence, Consumer<Path> written) {
        if (!trusted) {
            requireHeads();
        }
        if (rollBeforeNext) {
            queue.roll();
            rollBeforeNext = false;
        }
        JournalQueue.Written place = queue.append(buffer, length);
        if (segments.putIfAbsent(place.segment(), firstSequence) != null && !trusted) {
            requireReadable(place, length, firstSequence);
        }
        trusted = true;
        requireInFile(place);
        written.accept(SegmentName.file(directory, place.segment()));
        outgrown = queue.blockBytes() < MEDIUM_BLOCK_BYTES && place.segmentBytes() >= GROWN_BYTES;
        rollBeforeNext = place.segmentBytes() >= segmentBytes || place.number() + 1 >= EXCERPTS_PER_SEGMENT_MAX;
    }

    /**
     * Chronicle puts away a segment that does not begin with a whole record of its own, and all events in it; and goes where
     * the one leads that it appends to.
     */
    private void requireHeads() {
        for (int segment : segments.keySet()) {
            Path file = SegmentName.file(directory, segment);
            boolean isNewest = segment == segments.lastKey();
            try {
                if (medium.disk().exists(file)
                        && !(isNewest ? SegmentHead.isSound(medium, file) : JournalScan.hasHead(medium, file))) {
                    throw medium.corrupt("does not begin as a segment does", file, 0);
                }
            } catch (IOException e) {
                throw medium.failed("reading", file, e);
            }
        }
    }

    /** Behind damage that it has not noticed, a queue takes appends that no reader will ever see. */
    private void requireReadable(JournalQueue.Written place, int length, long firstSequence) {
        try (JournalQueue.Reader reader = queue.reader()) {
            JournalQueue.Found before = place.number() == 0 ? null : reader.at(place.segment(), place.number() - 1);
            JournalQueue.Found found = reader.at(place.segment(), place.number());
            if (before == null
                    || Excerpt.decode(before.bytes(), stream).lastSequence() != firstSequence - 1
                    || found == null
                    || !Arrays.equals(found.bytes(), 0, length, buffer, 0, length)) {
                throw medium.corrupt(
                        "what was appended does not follow what was there",
                        SegmentName.file(directory, place.segment()),
                        -1);
            }
        }
    }

    /** A file that somebody removed, replaced or cut would go on taking appends that no reader will ever see. */
    private void requireInFile(JournalQueue.Written place) {
        Path file = SegmentName.file(directory, place.segment());
        try {
            Disk.Identity now = medium.disk().identity(file);
            if (place.segment() != writtenSegment) {
                writtenSegment = place.segment();
                writtenFile = now.key();
            }
            if (!now.key().equals(writtenFile) || now.bytes() < place.segmentBytes()) {
                throw new IOException("the file was replaced or cut by somebody else");
            }
        } catch (IOException e) {
            throw medium.failed("writing to", file, e);
        }
    }

    /**
     * Frames from exactly the requested sequence, as many as there are at hand within the bounds.
     *
     * @throws StorageException {@code CORRUPT} with stream and sequence when the first cannot be read
     */
    @Override
    public List<Frame> read(ReadRequest request) {
        JournalReader reader = readers.take(request.sequence());
        try {
            return reader.read(request);
        } finally {
            readers.giveBack(reader);
        }
    }

    /** Only from the journal of the commit order. */
    @Override
    public List<Run> runsAround(long position) {
        JournalReader reader = readers.take(position);
        try {
            return reader.runsAround(position);
        } finally {
            readers.giveBack(reader);
        }
    }

    @Override
    public void close() {
        readers.close();
        queue.close();
        try {
            // It would be deleted before the next opening, and a stream that rests need not keep it until then.
            medium.disk().delete(directory.resolve(SegmentName.METADATA));
        } catch (IOException e) {
            throw medium.failed("closing", directory, e);
        }
    }
}
