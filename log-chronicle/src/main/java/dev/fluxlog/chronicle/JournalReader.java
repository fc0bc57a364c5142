package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds frames of one journal by sequence and reads on from there.
 *
 * <p>Chronicle's index has holes and counts excerpts, not frames, so a sequence is searched: first the segment, by the
 * first sequence of each, then the excerpt within it. What is read next stands usually in the excerpt at hand or the one
 * behind it.
 *
 * <p>A segment is damaged where its {@link SegmentHead} is not sound, or Chronicle does not find what must be there. From
 * then on it is read by its {@link SegmentIndex}, which all readers of the journal share, and Chronicle is not asked
 * again: each question could cost it seconds. So damage makes the frames unreachable that it hits, and no others.
 * Confined to one thread at a time.
 */
final class JournalReader implements JournalReads, AutoCloseable {
    private final Medium medium;
    private final long stream;
    private final Path directory;
    private final ConcurrentNavigableMap<Integer, Long> segments;
    private final ConcurrentMap<Integer, SegmentIndex> damaged;
    private final JournalQueue.@Nullable Reader source;

    /** Segments that Chronicle may be asked about, as far as that is known. */
    private final Set<Integer> sound = new HashSet<>();

    // The excerpt at hand and where it stands; the source stands behind it, unless the number is that of none.
    private @Nullable Excerpt current;
    private int currentSegment;
    private long currentNumber;

    /** Of an excerpt that was not read through Chronicle. */
    private static final long NO_NUMBER = -1;

    /** @param source null where Chronicle cannot read the journal at all */
    JournalReader(
            Medium medium,
            long stream,
            Path directory,
            ConcurrentNavigableMap<Integer, Long> segments,
            ConcurrentMap<Integer, SegmentIndex> damaged,
            JournalQueue.@Nullable Reader source) {
        this.medium = medium;
        this.stream = stream;
        this.directory = directory;
        this.segments = segments;
        this.damaged = damaged;
        this.source = source;
    }

    /** Whether the sequence can be read without a search. */
    boolean standsAt(long sequence) {
        Excerpt at = current;
        return at != null && sequence >= at.firstSequence() - 1 && sequence <= at.lastSequence() + 1;
    }

    @Override
    public List<Frame> read(ReadRequest request) {
        List<Frame> frames = new ArrayList<>();
        long sequence = request.sequence();
        long bytes = 0;
        while (frames.size() < request.framesMax()
                && (request.isForward() ? sequence <= request.through() : sequence >= request.through())
                && sequence >= 1) {
            Frame frame;
            try {
                Excerpt excerpt = excerptWith(sequence);
                if (excerpt instanceof LostExcerpt lost) {
                    throw lost.at(sequence);
                }
                frame = ((FrameExcerpt) excerpt).frame(sequence);
            } catch (StorageException e) {
                if (frames.isEmpty()) {
                    throw located(e, sequence);
                }
                return frames;
            }
            bytes += frame.length();
            if (bytes > request.bytesMax() && !frames.isEmpty()) {
                return frames;
            }
            frames.add(frame);
            sequence += request.isForward() ? 1 : -1;
        }
        return frames;
    }

    @Override
    public List<Run> runsAround(long position) {
        try {
            Excerpt excerpt = excerptWith(position);
            if (excerpt instanceof LostExcerpt lost) {
                throw lost.at(position);
            }
            return ((OrderExcerpt) excerpt).runs();
        } catch (StorageException e) {
            throw located(e, position);
        }
    }

    /** With the place in the file, which only a walk through the segment can tell. */
    private StorageException located(StorageException failure, long sequence) {
        StorageException e = failure.at(stream, sequence);
        List<Integer> numbers = new ArrayList<>(segments.keySet());
        int floor = Math.max(floorSegment(numbers, sequence), 0);
        // It may have been the first one of the segment behind.
        for (int i = floor; i < numbers.size() && i <= floor + 1; i++) {
            Path file = SegmentName.file(directory, numbers.get(i));
            if (e.kind() == StorageException.Kind.CORRUPT && medium.disk().exists(file)) {
                long place = index(numbers.get(i), sequence).place(sequence);
                if (place >= 0) {
                    return e.in(medium.name(file), place);
                }
            }
        }
        return e.in(medium.name(directory), -1);
    }

    private Excerpt excerptWith(long sequence) {
        Excerpt at = current;
        if (at != null && at.contains(sequence)) {
            return at;
        }
        if (at != null && currentNumber == NO_NUMBER) {
            return search(sequence);
        }
        if (at != null && sequence == at.lastSequence() + 1) {
            at = isBeginOfDamaged(sequence) ? null : next();
            if (at != null && at.contains(sequence)) {
                return at;
            }
        } else if (at != null && sequence == at.firstSequence() - 1 && currentNumber > 0) {
            at = excerpt(currentSegment, currentNumber - 1);
            if (at != null && at.contains(sequence)) {
                return at;
            }
        }
        return search(sequence);
    }

    private Excerpt search(long sequence) {
        List<Integer> numbers = new ArrayList<>(segments.keySet());
        int floor = floorSegment(numbers, sequence);
        for (int i = Math.max(floor, 0); i < numbers.size(); i++) {
            // Behind the floor only segments whose begin cannot be read may still hold the sequence.
            if (i > floor && firstSequence(numbers.get(i)) >= 0) {
                break;
            }
            Excerpt found = inSegment(numbers.get(i), sequence);
            if (found != null) {
                return found;
            }
        }
        current = null;
        throw new StorageException(
                StorageException.Kind.CORRUPT,
                "sequence " + sequence + " of stream " + stream + " cannot be found in its journal");
    }

    /** Index of the last segment that is known to begin at or before the sequence, or -1. */
    private int floorSegment(List<Integer> numbers, long sequence) {
        int floor = -1;
        int low = 0;
        int high = numbers.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int probe = middle;
            while (probe >= low && firstSequence(numbers.get(probe)) < 0) {
                probe--;
            }
            if (probe < low) {
                low = middle + 1;
            } else if (firstSequence(numbers.get(probe)) <= sequence) {
                floor = probe;
                low = middle + 1;
            } else {
                high = probe - 1;
            }
        }
        return floor;
    }

    private long firstSequence(int segment) {
        long known = segments.getOrDefault(segment, StreamJournal.UNKNOWN);
        if (known >= 0) {
            return known;
        }
        SegmentIndex index = damaged.get(segment);
        if (index != null) {
            return index.first();
        }
        long first;
        try {
            // Not by Chronicle, which would map each segment and stay with a damaged one for seconds.
            first = JournalScan.firstSequence(medium, SegmentName.file(directory, segment), stream);
        } catch (NoSuchFileException trimmed) {
            return StreamJournal.UNKNOWN;
        } catch (IOException e) {
            throw medium.failed("reading", SegmentName.file(directory, segment), e);
        }
        if (first < 0) {
            return index(segment, 0).first();
        }
        segments.replace(segment, first);
        return first;
    }

    /** Whether what follows begins a segment that Chronicle is not asked about any more. */
    private boolean isBeginOfDamaged(long sequence) {
        Integer next = segments.higherKey(currentSegment);
        if (next == null) {
            return false;
        }
        SegmentIndex index = damaged.get(next);
        if (index == null && !isSound(next)) {
            index = index(next, 0);
        }
        return index != null && firstSequence(next) >= 0 && sequence <= index.last();
    }

    /** Whether Chronicle may be asked for what stands in the segment, looked at once. */
    private boolean isSound(int segment) {
        if (sound.contains(segment)) {
            return true;
        }
        Path file = SegmentName.file(directory, segment);
        try {
            boolean found = SegmentHead.isSound(medium, file);
            if (found) {
                sound.add(segment);
            }
            return found;
        } catch (NoSuchFileException trimmed) {
            return true;
        } catch (IOException e) {
            throw medium.failed("reading", file, e);
        }
    }

    private @Nullable Excerpt inSegment(int segment, long sequence) {
        SegmentIndex known = damaged.get(segment);
        boolean asked = known == null ? isSound(segment) : known.mayHoldMore(sequence);
        Excerpt found = asked ? searchSegment(segment, sequence) : null;
        if (found == null && medium.disk().exists(SegmentName.file(directory, segment))) {
            found = index(segment, sequence).find(sequence);
            current = found;
            currentSegment = segment;
            currentNumber = NO_NUMBER;
        }
        return found;
    }

    /** What is known of a damaged segment, as far as this sequence if it reaches so far. */
    private SegmentIndex index(int segment, long sequence) {
        SegmentIndex known = damaged.get(segment);
        if (known == null || sequence > known.last()) {
            known = SegmentIndex.of(medium, SegmentName.file(directory, segment), stream);
            damaged.put(segment, known);
            if (known.first() >= 0) {
                segments.replace(segment, StreamJournal.UNKNOWN, known.first());
            }
        }
        return known;
    }

    /**
     * Looks for the excerpt where it would be if all were equally large, and halves the range every other time, so that
     * neither even nor uneven excerpts take many steps. Ends at the first one that cannot be read.
     */
    private @Nullable Excerpt searchSegment(int segment, long sequence) {
        long low = 0;
        long high = Math.min(count(segment), StreamJournal.EXCERPTS_PER_SEGMENT_MAX) - 1;
        long lowSequence = firstSequence(segment);
        long highSequence = -1;
        for (int step = 0; low <= high; step++) {
            long wanted = step == 0 ? high : (low + high) >>> 1;
            if (step % 2 == 1 && lowSequence >= 0 && highSequence > lowSequence) {
                double share = (double) (sequence - lowSequence) / (highSequence - lowSequence);
                wanted = Math.max(low, Math.min(high, low + (long) (share * (high - low))));
            }
            Excerpt found = excerpt(segment, wanted);
            if (found == null || found.contains(sequence)) {
                return found;
            }
            if (found.firstSequence() > sequence) {
                high = wanted - 1;
                highSequence = found.firstSequence();
            } else {
                low = wanted + 1;
                lowSequence = found.lastSequence() + 1;
            }
        }
        return null;
    }

    private long count(int segment) {
        try {
            return source == null ? 0 : source.count(segment);
        } catch (StorageException e) {
            requireDamage(e);
            return 0;
        }
    }

    private @Nullable Excerpt excerpt(int segment, long number) {
        try {
            return keep(source == null ? null : source.at(segment, number));
        } catch (StorageException e) {
            requireDamage(e);
            current = null;
            return null;
        }
    }

    private @Nullable Excerpt next() {
        try {
            return keep(source == null ? null : source.next());
        } catch (StorageException e) {
            requireDamage(e);
            current = null;
            return null;
        }
    }

    private @Nullable Excerpt keep(JournalQueue.@Nullable Found found) {
        current = null;
        if (found == null) {
            return null;
        }
        try {
            Excerpt excerpt = Excerpt.decode(found.bytes(), stream);
            current = excerpt;
            currentSegment = found.segment();
            currentNumber = found.number();
            return excerpt;
        } catch (StorageException e) {
            requireDamage(e);
            return null;
        }
    }

    private static void requireDamage(StorageException e) {
        if (e.kind() != StorageException.Kind.CORRUPT) {
            throw e;
        }
    }

    @Override
    public void close() {
        if (source != null) {
            source.close();
        }
    }
}
