package dev.fluxlog.backend;

import java.util.Arrays;

/**
 * What a log must never forget about a stream.
 *
 * @param number identity in the journals, from 1, never given to another name
 * @param exists false for a deleted stream, whose marks are kept so that its numbers are not used again
 * @param sealed whether appends have ended for ever
 * @param lowWaterMark lowest readable sequence; {@code highWaterMark + 1} when nothing is left
 * @param highWaterMark highest sequence ever assigned, 0 for none
 * @param settings opaque to the medium; the engine encodes them
 * @param fork where the events up to a sequence are kept, for a fork
 * @param closing the origin of the append that sealed the stream, as in {@link Frame#origin}; empty for none
 */
public record StreamState(
        long number,
        String name,
        boolean exists,
        boolean sealed,
        long lowWaterMark,
        long highWaterMark,
        byte[] settings,
        Fork fork,
        byte[] closing) {
    private static final byte[] NOTHING = new byte[0];

    /** A stream that is no fork and was not sealed by an append with an origin. */
    public StreamState(
            long number,
            String name,
            boolean exists,
            boolean sealed,
            long lowWaterMark,
            long highWaterMark,
            byte[] settings) {
        this(number, name, exists, sealed, lowWaterMark, highWaterMark, settings, Fork.NONE, NOTHING);
    }

    public StreamState {
        if (number < 1 || lowWaterMark < 1 || highWaterMark < 0 || lowWaterMark > highWaterMark + 1) {
            throw new IllegalArgumentException(
                    "stream " + number + " with marks " + lowWaterMark + ".." + highWaterMark);
        }
    }

    static StreamState created(long number, String name, long highWaterMark, Fork before) {
        long low = highWaterMark + 1;
        return new StreamState(number, name, true, false, low, highWaterMark, NOTHING, before.asPast(), NOTHING);
    }

    static StreamState forked(long number, String name, Fork fork, long lowWaterMark) {
        return new StreamState(number, name, true, false, lowWaterMark, fork.sequence(), NOTHING, fork, NOTHING);
    }

    StreamState through(long sequence) {
        return new StreamState(number, name, exists, sealed, lowWaterMark, sequence, settings, fork, closing);
    }

    /** Of a deleted stream, of which nothing is left whatever its marks are. */
    StreamState past(long sequence) {
        return new StreamState(number, name, exists, sealed, sequence + 1, sequence, settings, fork, closing);
    }

    StreamState from(long sequence) {
        return new StreamState(number, name, exists, sealed, sequence, highWaterMark, settings, fork, closing);
    }

    StreamState asSealed(byte[] origin) {
        return new StreamState(number, name, exists, true, lowWaterMark, highWaterMark, settings, fork, origin);
    }

    StreamState asDeleted() {
        return new StreamState(number, name, false, false, highWaterMark + 1, highWaterMark, NOTHING, fork, NOTHING);
    }

    StreamState with(byte[] newSettings) {
        return new StreamState(number, name, exists, sealed, lowWaterMark, highWaterMark, newSettings, fork, closing);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamState that
                && number == that.number
                && name.equals(that.name)
                && exists == that.exists
                && sealed == that.sealed
                && lowWaterMark == that.lowWaterMark
                && highWaterMark == that.highWaterMark
                && Arrays.equals(settings, that.settings)
                && fork.equals(that.fork)
                && Arrays.equals(closing, that.closing);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }
}
