package dev.fluxlog.chronicle;

import java.util.Arrays;

/**
 * Where frames stand in the commit journal: a word each, since there may be millions.
 *
 * <p>A place is the number of the segment, of which the low bits are enough beside that of a frame before, and the offset
 * in it. Only ever added to; confined to one thread, but for what {@link #copy} has given out.
 */
final class FramePlaces {
    private static final int OFFSET_BITS = 40;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final long SEGMENT_MASK = (1L << (Long.SIZE - OFFSET_BITS)) - 1;

    private static final long[] NONE = {};

    private long[] places = NONE;
    private int count;

    void add(long segment, long offset) {
        if (offset > OFFSET_MASK) {
            throw new IllegalArgumentException("a commit segment is too long: " + offset);
        }
        add((segment & SEGMENT_MASK) << OFFSET_BITS | offset);
    }

    private void add(long place) {
        if (count == places.length) {
            places = Arrays.copyOf(places, Math.max(4, count + count / 2));
        }
        places[count++] = place;
    }

    void addAll(FramePlaces others) {
        for (int i = 0; i < others.count; i++) {
            add(others.places[i]);
        }
    }

    /** The places from one index to before another. */
    long[] copy(int from, int to) {
        return Arrays.copyOfRange(places, from, to);
    }

    /** Memory taken. */
    long bytes() {
        return (long) Long.BYTES * places.length;
    }

    /** @param since number of a segment at or before the place's, and not {@code 2^24} before */
    static long segment(long place, long since) {
        return since + ((place >>> OFFSET_BITS) - since & SEGMENT_MASK);
    }

    static long offset(long place) {
        return place & OFFSET_MASK;
    }
}
