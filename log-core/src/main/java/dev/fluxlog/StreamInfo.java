package dev.fluxlog;

/**
 * A stream at one moment.
 *
 * @param lowWaterMark lowest readable sequence, at least 1; {@code highWaterMark + 1} when nothing is left
 * @param highWaterMark highest sequence ever assigned, 0 for none; survives trim and deletion
 * @param sealed whether appends have ended for ever
 * @param forkedFrom where it leaves the stream it was forked from
 */
public record StreamInfo(
        String name,
        long lowWaterMark,
        long highWaterMark,
        boolean sealed,
        StreamSettings settings,
        ForkPoint forkedFrom) {

    /** A stream that is no fork. */
    public StreamInfo(String name, long lowWaterMark, long highWaterMark, boolean sealed, StreamSettings settings) {
        this(name, lowWaterMark, highWaterMark, sealed, settings, ForkPoint.none());
    }

    /** Number of readable events. */
    public long events() {
        return highWaterMark - lowWaterMark + 1;
    }
}
