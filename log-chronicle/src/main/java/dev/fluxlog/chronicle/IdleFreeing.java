package dev.fluxlog.chronicle;

import java.util.concurrent.TimeUnit;

/**
 * When the space of what was trimmed or deleted is worth a checkpoint of its own.
 *
 * <p>Checkpoints come with what is appended, and a log that only forgets would keep its files until it closes. So one is
 * due when nothing has come for a moment, and not again for a while: a checkpoint writes the state of all streams.
 *
 * <p>Owned by the applier's thread.
 */
final class IdleFreeing {
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(30);

    private long quietSince;
    private long lastBegun;

    IdleFreeing(long nanos) {
        quietSince = nanos;
        lastBegun = nanos - BETWEEN_NANOS;
    }

    /** Groups were taken. */
    void disturbed(long nanos) {
        quietSince = nanos;
    }

    /** A checkpoint has begun that gives the space back. */
    void begun(long nanos) {
        lastBegun = nanos;
    }

    /** How long it is until one is due; 0 when it is. */
    long millisUntilDue(long nanos) {
        long left = Math.max(QUIET_NANOS - (nanos - quietSince), BETWEEN_NANOS - (nanos - lastBegun));
        return left <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(left) + 1;
    }
}
