package dev.fluxlog.sse;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The number that live answers carry and clients send back, so that a cache between them never gives the same empty
 * answer for ever: intervals of 20 seconds since 2024-10-09, and always above the one that the client came with.
 */
final class DurableCursor {
    private static final Instant EPOCH = Instant.parse("2024-10-09T00:00:00Z");
    private static final long INTERVAL_SECONDS = 20;
    private static final int JITTER_SECONDS_MAX = 3600;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

    private DurableCursor() {}

    /** @param given what the client came with, empty or nonsense for none */
    static long next(Instant now, String given) {
        long current = Duration.between(EPOCH, now).toSeconds() / INTERVAL_SECONDS;
        if (!NUMBER.matcher(given).matches() || Long.parseLong(given) < current) {
            return current;
        }
        long jitter = 1 + ThreadLocalRandom.current().nextLong(JITTER_SECONDS_MAX);
        return Long.parseLong(given) + Math.max(1, jitter / INTERVAL_SECONDS);
    }
}
