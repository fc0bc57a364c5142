package dev.fluxlog.sse;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many requests a second each caller may send, and each address that no caller is known for.
 *
 * <p>A bucket holds the requests of one second and fills at the rate. What is kept of it is the moment when it will be
 * full; one that is full is as good as none and is forgotten when room is short. When {@value #BUCKETS_MAX} are in use
 * at once, those who come after share one, so that a flood of addresses takes no memory.
 *
 * <p>Safe for any thread, and never waits.
 */
final class Rates {
    static final int BUCKETS_MAX = 65_536;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Object OTHERS = new Object();

    private final int perSecond;
    private final LongSupplier nanos;
    private final long origin;
    private final ConcurrentMap<Object, Long> fullAt = new ConcurrentHashMap<>();
    private final AtomicLong nextSweep = new AtomicLong();

    /**
     * @param perSecond 0 for any rate
     * @param nanos a clock like {@link System#nanoTime()}
     */
    Rates(int perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.nanos = nanos;
        this.origin = nanos.getAsLong();
    }

    /** @throws Refusal when this request is one too many */
    void require(Object whose) {
        if (perSecond == 0) {
            return;
        }
        long now = nanos.getAsLong() - origin;
        long wait = take(bucket(whose, now), now);
        if (wait > 0) {
            throw Problems.tooManyRequests(perSecond, (wait + SECOND - 1) / SECOND);
        }
    }

    int buckets() {
        return fullAt.size();
    }

    /** Takes one request from the bucket; or none, and tells for how long there will be none. */
    private long take(Object bucket, long now) {
        long[] wait = new long[1];
        fullAt.compute(bucket, (whose, before) -> {
            long full = before == null ? now : Math.max(now, before);
            long after = full + SECOND / perSecond;
            wait[0] = Math.max(0, after - now - SECOND);
            return wait[0] > 0 ? full : after;
        });
        return wait[0];
    }

    private Object bucket(Object whose, long now) {
        if (fullAt.size() < BUCKETS_MAX || fullAt.containsKey(whose)) {
            return whose;
        }
        long due = nextSweep.get();
        if (now >= due && nextSweep.compareAndSet(due, now + SECOND)) {
            fullAt.values().removeIf(full -> full <= now);
        }
        return fullAt.size() < BUCKETS_MAX ? whose : OTHERS;
    }
}
