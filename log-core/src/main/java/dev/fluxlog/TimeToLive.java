package dev.fluxlog;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When a stream is deleted by itself.
 *
 * <p>By the log's clock. Use is an append, a sealing, the start of a read, and a subscriber as long as it stays; a
 * restart of the log counts as use, because reads are not recorded. {@link EventStream#info} is not use.
 *
 * @param idleMax a stream that is not used for so long goes; {@link #FOREVER} for no bound
 * @param end the stream goes at this moment, used or not; {@link Instant#MAX} for no end
 */
public record TimeToLive(Duration idleMax, Instant end) {
    public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static final TimeToLive UNLIMITED = new TimeToLive(FOREVER, Instant.MAX);

    public TimeToLive {
        if (idleMax.isNegative()) {
            throw new IllegalArgumentException("idleMax is not negative: " + idleMax);
        }
    }

    /** The stream stays until it is deleted. */
    public static TimeToLive unlimited() {
        return UNLIMITED;
    }

    public TimeToLive withIdleMax(Duration newIdleMax) {
        return new TimeToLive(newIdleMax, end);
    }

    public TimeToLive withEnd(Instant newEnd) {
        return new TimeToLive(idleMax, newEnd);
    }

    public boolean isUnlimited() {
        return equals(UNLIMITED);
    }

    /** Whether a stream last used then is gone now; times in microseconds since 1970. */
    boolean isOver(long lastUsedMicros, long nowMicros) {
        if (!end.equals(Instant.MAX) && nowMicros >= EventCodec.micros(end)) {
            return true;
        }
        return !idleMax.equals(FOREVER)
                && Duration.of(nowMicros - lastUsedMicros, ChronoUnit.MICROS).compareTo(idleMax) >= 0;
    }
}
