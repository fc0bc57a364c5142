package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where everything whole stands in one segment, found out by reading all of it without Chronicle.
 *
 * <p>Made when Chronicle cannot find what a segment has to hold: a damaged byte of its own, in a head or an index, keeps it
 * from all that stands behind. It tells what stood there when it was made; of a segment that is appended to it knows the
 * begin. Immutable, and read by any thread.
 */
final class SegmentIndex {
    private final Medium medium;
    private final Path file;
    private final long stream;
    private final boolean isSound;
    private final Entries entries;

    private SegmentIndex(Medium medium, Path file, long stream, boolean isSound, Entries entries) {
        this.isSound = isSound;
        this.medium = medium;
        this.file = file;
        this.stream = stream;
        this.entries = entries;
    }

    /** @throws StorageException {@code UNSUPPORTED_VERSION} or {@code IO} */
    static SegmentIndex of(Medium medium, Path file, long stream) {
        Entries entries = new Entries();
        boolean isSound;
        try {
            isSound = SegmentHead.isSound(medium, file);
            SegmentWalk.run(medium, file, stream, entries);
        } catch (IOException e) {
            throw medium.failed("reading", file, e);
        }
        return new SegmentIndex(medium, file, stream, isSound, entries);
    }

    /** First sequence that is there, or -1 for none. */
    long first() {
        return entries.count == 0 ? -1 : entries.numbers[0];
    }

    /** Last sequence that is there, or -1 for none. */
    long last() {
        return entries.count == 0 ? -1 : entries.numbers[3 * entries.count - 2];
    }

    /** The excerpt with this sequence, its head intact, or null when there is none. */
    @Nullable
    Excerpt find(long sequence) {
        int entry = entries.floor(sequence);
        if (entry < 0 || entries.numbers[3 * entry + 1] < sequence) {
            return null;
        }
        long offset = entries.numbers[3 * entry + 2];
        Excerpt remains = entries.remains.get(offset);
        return remains == null ? read(offset) : remains;
    }

    private Excerpt read(long offset) {
        try (ScanWindow window = new ScanWindow(medium.disk().openToRead(file))) {
            int length = SalvageScan.lengthAt(window, offset + 4, stream);
            int at = length < 0 ? -1 : window.at(offset + 4, length);
            if (at < 0) {
                throw medium.corrupt("what stood there is gone", file, offset);
            }
            return Excerpt.decode(Arrays.copyOfRange(window.bytes(), at, at + length), stream);
        } catch (IOException e) {
            throw medium.failed("reading", file, e);
        }
    }

    /** Whether Chronicle may know more of the segment. */
    boolean mayHoldMore(long sequence) {
        return isSound && sequence > last();
    }

    /** Whether any of these sequences is there. */
    boolean holdsAny(long first, long through) {
        int entry = entries.floor(through);
        return entry >= 0 && entries.numbers[3 * entry + 1] >= first;
    }

    /**
     * Where this sequence stands, or would stand if that were not damaged; where a hole is all that is left, what stands
     * behind it; -1 if that is not in this segment.
     */
    long place(long sequence) {
        int entry = entries.floor(sequence);
        if (entry >= 0 && entries.numbers[3 * entry + 1] >= sequence) {
            return entries.numbers[3 * entry + 2];
        }
        long lastBefore = entry < 0 ? 0 : entries.numbers[3 * entry + 1];
        long behind = entry + 1 < entries.count ? entries.numbers[3 * entry + 5] : -1;
        return entries.damaged.getOrDefault(lastBefore, behind);
    }

    /** Collected in the order of the file; what does not go on upwards is a copy that counts no longer. */
    private static final class Entries implements SegmentWalk.Visitor {
        /** Three for each excerpt: first sequence, last sequence, offset of its record. */
        private long[] numbers = new long[24];

        private int count;
        private long last;

        /** What was put together from frames, by offset. */
        private final Map<Long, FrameExcerpt> remains = new HashMap<>();

        /** By the last sequence before it, where damage begins. */
        private final Map<Long, Long> damaged = new HashMap<>();

        @Override
        public void excerpt(Excerpt excerpt, SegmentWalk.Place place, boolean reachable) {
            add(excerpt, place);
        }

        @Override
        public void remains(FrameExcerpt excerpt, SegmentWalk.Place place) {
            if (add(excerpt, place)) {
                remains.put(place.offset(), excerpt);
            }
        }

        private boolean add(Excerpt excerpt, SegmentWalk.Place place) {
            if (excerpt.firstSequence() <= last) {
                return false;
            }
            if (3 * count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * numbers.length);
            }
            numbers[3 * count] = excerpt.firstSequence();
            numbers[3 * count + 1] = excerpt.lastSequence();
            numbers[3 * count + 2] = place.offset();
            count++;
            last = excerpt.lastSequence();
            return true;
        }

        @Override
        public void damaged(SegmentWalk.Place place, String what) {
            damaged.putIfAbsent(last, place.offset());
        }

        /** The last excerpt that begins at or before the sequence, or -1. */
        private int floor(long sequence) {
            int low = 0;
            int high = count - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                if (numbers[3 * middle] <= sequence) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return high;
        }
    }
}
