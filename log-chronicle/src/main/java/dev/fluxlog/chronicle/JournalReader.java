package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds frames of one journal by sequence and reads on from there.
 *
 * <p>Chronicle's index has holes and counts excerpts, not frames, so a sequence is searched: first the segment, by the
 * first sequence of each, then the excerpt within it. What is read next stands usually in the excerpt at hand or the one
 * behind it.
 *
 * <p>An excerpt that cannot be read counts as unknown in the search: damage makes the frames in it unreachable and no
 * others. Confined to one thread at a time.
 */
final class JournalReader implements AutoCloseable {
    private final Medium medium;
    private final long stream;
    private final Path directory;
    private final ConcurrentNavigableMap<Integer, Long> segments;
    private final JournalQueue.Reader source;

    // The excerpt at hand and where it stands; the source stands behind it.
    private @Nullable Excerpt current;
    private int currentSegment;
    private long currentNumber;

    JournalReader(
            Medium medium,
            long stream,
            Path directory,
            ConcurrentNavigableMap<Integer, Long> segments,
            JournalQueue.Reader source) {
        this.medium = medium;
        this.stream = stream;
        this.directory = directory;
        this.segments = segments;
        this.source = source;
    }

    /** Whether the sequence can be read without a search. */
    boolean standsAt(long sequence) {
        Excerpt at = current;
        return at != null && sequence >= at.firstSequence() - 1 && sequence <= at.lastSequence() + 1;
    }

    List<Frame> read(ReadRequest request) {
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

    /** The runs of the excerpt of the commit order that holds this position. */
    List<Run> runsAround(long position) {
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

    private StorageException located(StorageException e, long sequence) {
        Path file = segments.containsKey(currentSegment) && current != null
                ? SegmentName.file(directory, currentSegment)
                : directory;
        return e.at(stream, sequence).in(medium.name(file), -1);
    }

    private Excerpt excerptWith(long sequence) {
        Excerpt at = current;
        if (at != null && at.contains(sequence)) {
            return at;
        }
        if (at != null && sequence == at.lastSequence() + 1) {
            at = next();
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
            Excerpt found = searchSegment(numbers.get(i), sequence);
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
        Excerpt first = excerpt(segment, 0);
        if (first == null) {
            return StreamJournal.UNKNOWN;
        }
        segments.replace(segment, first.firstSequence());
        return first.firstSequence();
    }

    /**
     * Looks for the excerpt where it would be if all were equally large, and halves the range every other time, so that
     * neither even nor uneven excerpts take many steps.
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
            long probe = wanted;
            Excerpt found = excerpt(segment, probe);
            while (found == null && probe > low) {
                probe--;
                found = excerpt(segment, probe);
            }
            if (found == null) {
                low = wanted + 1;
            } else if (found.contains(sequence)) {
                return found;
            } else if (found.firstSequence() > sequence) {
                high = probe - 1;
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
            return source.count(segment);
        } catch (StorageException e) {
            requireDamage(e);
            return 0;
        }
    }

    private @Nullable Excerpt excerpt(int segment, long number) {
        try {
            return keep(source.at(segment, number));
        } catch (StorageException e) {
            requireDamage(e);
            current = null;
            return null;
        }
    }

    private @Nullable Excerpt next() {
        try {
            return keep(source.next());
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
        source.close();
    }
}
