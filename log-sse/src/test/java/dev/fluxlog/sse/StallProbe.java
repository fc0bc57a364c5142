package dev.fluxlog.sse;

import io.netty.util.concurrent.EventExecutor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks event loops for a turn again and again and keeps the most that one did before it gave one.
 *
 * <p>Counted is processor time, that of the kernel for page faults included, and not time on the wall, which on a busy
 * machine tells how long the thread waited for a processor; a thread that waits for anything else is BlockHound's.
 */
final class StallProbe {
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicLong turns = new AtomicLong();

    StallProbe(Iterable<EventExecutor> loops) {
        loops.forEach(this::ask);
    }

    Duration longest() {
        return Duration.ofNanos(longestNanos.get());
    }

    /** The same, and begins anew. */
    Duration takeLongest() {
        return Duration.ofNanos(longestNanos.getAndSet(0));
    }

    /** How often a loop gave a turn: without one, nothing has been seen. */
    long turns() {
        return turns.get();
    }

    private void ask(EventExecutor loop) {
        loop.execute(() -> {
            long used = THREADS.getCurrentThreadCpuTime();
            loop.schedule(
                    () -> {
                        longestNanos.accumulateAndGet(THREADS.getCurrentThreadCpuTime() - used, Math::max);
                        turns.incrementAndGet();
                        if (!loop.isShuttingDown()) {
                            ask(loop);
                        }
                    },
                    PAUSE.toNanos(),
                    TimeUnit.NANOSECONDS);
        });
    }
}
