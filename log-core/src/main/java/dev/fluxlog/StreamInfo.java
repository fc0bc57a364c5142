package dev.fluxlog;

/**
 * A stream at one moment.
 *
 * @param lowWaterMark lowest readable sequence, at least 1; {@code highWaterMark + 1} when nothing is left
 * @param highWaterMark highest sequence ever assigned, 0 for none; survives trim and deletion
 * @param sealed whether appends have ended for ever
 */
public record StreamInfo(String name, long lowWaterMark, long highWaterMark, boolean sealed, StreamSettings settings) {

    /** Number of readable events. */
    public long events() {
        return highWaterMark - lowWaterMark + 1;
    }
}
