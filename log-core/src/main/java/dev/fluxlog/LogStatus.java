package dev.fluxlog;

import java.util.List;

/**
 * How a log is doing at one moment.
 *
 * @param position highest committed position
 * @param streams number of existing streams
 * @param waitingAppends appends and changes accepted and not yet answered
 * @param waitingBytes their size
 * @param cause why the log has latched, else empty
 * @param findings what background work could not do, or found damaged, newest pass, at most 16
 */
public record LogStatus(
        State state,
        Durability durability,
        long position,
        long streams,
        long waitingAppends,
        long waitingBytes,
        String cause,
        List<String> findings) {
    public LogStatus {
        findings = List.copyOf(findings);
    }

    /** Where a log stands between opening and closing. */
    public enum State {
        SERVING,
        /** The medium failed: reads go on, appends fail with the cause until the log is opened anew. */
        LATCHED,
        CLOSING,
        CLOSED
    }
}
