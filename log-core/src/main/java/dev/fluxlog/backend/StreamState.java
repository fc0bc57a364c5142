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
 */
public record StreamState(
        long number,
        String name,
        boolean exists,
        boolean sealed,
        long lowWaterMark,
        long highWaterMark,
        byte[] settings) {

    public StreamState {
        if (number < 1 || lowWaterMark < 1 || highWaterMark < 0 || lowWaterMark > highWaterMark + 1) {
            throw new IllegalArgumentException(
                    "stream " + number + " with marks " + lowWaterMark + ".." + highWaterMark);
        }
    }

    static StreamState created(long number, String name, long highWaterMark) {
        return new StreamState(number, name, true, false, highWaterMark + 1, highWaterMark, new byte[0]);
    }

    StreamState through(long sequence) {
        return new StreamState(number, name, exists, sealed, lowWaterMark, sequence, settings);
    }

    StreamState from(long sequence) {
        return new StreamState(number, name, exists, sealed, sequence, highWaterMark, settings);
    }

    StreamState asSealed() {
        return new StreamState(number, name, exists, true, lowWaterMark, highWaterMark, settings);
    }

    StreamState asDeleted() {
        return new StreamState(number, name, false, false, highWaterMark + 1, highWaterMark, new byte[0]);
    }

    StreamState with(byte[] newSettings) {
        return new StreamState(number, name, exists, sealed, lowWaterMark, highWaterMark, newSettings);
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
                && Arrays.equals(settings, that.settings);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }
}
