package dev.fluxlog.chronicle;

import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.rollcycles.RollCycleArithmetic;

/**
 * Names the segments of one stream journal by a number that we count, and not by the clock.
 *
 * <p>Chronicle asks which file is current; rolling by time would leave the decision to a clock that can step back. One
 * instance per open queue. The quoted suffix in the pattern keeps Chronicle from taking the files for one of its own
 * cycles when it has lost its metadata.
 */
final class SegmentRollCycle implements RollCycle {
    /** Small, so that a stream with few events takes few pages: a file begins with two index arrays of 8 bytes for each. */
    private static final int INDEX_COUNT = 128;

    private static final int INDEX_SPACING = 64;

    private final RollCycleArithmetic arithmetic = RollCycleArithmetic.of(INDEX_COUNT, INDEX_SPACING);
    private volatile int segment;

    SegmentRollCycle(int segment) {
        this.segment = segment;
    }

    /** Called by the appending thread only. */
    void use(int number) {
        segment = number;
    }

    int segment() {
        return segment;
    }

    @Override
    public int current(TimeProvider time, long epoch) {
        return segment;
    }

    @Override
    public String format() {
        return "yyyyMMdd'seg'";
    }

    @Override
    public int lengthInMillis() {
        return 86_400_000;
    }

    @Override
    public int defaultIndexCount() {
        return INDEX_COUNT;
    }

    @Override
    public int defaultIndexSpacing() {
        return INDEX_SPACING;
    }

    @Override
    public long toIndex(int cycle, long sequenceNumber) {
        return arithmetic.toIndex(cycle, sequenceNumber);
    }

    @Override
    public long toSequenceNumber(long index) {
        return arithmetic.toSequenceNumber(index);
    }

    @Override
    public int toCycle(long index) {
        return arithmetic.toCycle(index);
    }

    @Override
    public long maxMessagesPerCycle() {
        return arithmetic.maxMessagesPerCycle();
    }
}
