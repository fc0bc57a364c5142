package dev.fluxlog;

import java.time.Duration;

/**
 * The policy that trims a stream by itself.
 *
 * @param maxAge events older than this may go; {@link #FOREVER} for no bound
 * @param maxEvents older events beyond this count may go; {@link Long#MAX_VALUE} for no bound, at least 1
 * @param maxBytes older events beyond this sum may go; {@link Long#MAX_VALUE} for no bound, at least 1
 */
public record Retention(Duration maxAge, long maxEvents, long maxBytes) {
    public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static final Retention KEEP = new Retention(FOREVER, Long.MAX_VALUE, Long.MAX_VALUE);

    public Retention {
        if (maxAge.isNegative() || maxAge.isZero() || maxEvents < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "retention is positive: " + maxAge + ", " + maxEvents + " events, " + maxBytes + " bytes");
        }
    }

    /** Keeps everything. */
    public static Retention keep() {
        return KEEP;
    }

    public Retention withMaxAge(Duration age) {
        return new Retention(age, maxEvents, maxBytes);
    }

    public Retention withMaxEvents(long events) {
        return new Retention(maxAge, events, maxBytes);
    }

    public Retention withMaxBytes(long bytes) {
        return new Retention(maxAge, maxEvents, bytes);
    }

    public boolean keepsEverything() {
        return equals(KEEP);
    }
}
