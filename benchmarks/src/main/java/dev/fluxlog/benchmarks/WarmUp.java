package dev.fluxlog.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Load that is not measured, with rests.
 *
 * <p>Problem: with two cores and a load that takes both, the compiler of a virtual machine gets what is left, and half a
 * minute later most of what runs is still what it compiled first. Idea: the load rests until nobody works any more; then
 * everything that is known to be hot is compiled. It goes on and rests once more, for what showed only then.
 *
 * <p>Whoever has nothing to compile is idle at once, so its rests are short.
 */
public final class WarmUp {
    private static final long LOOK_MILLIS = 250;

    /** Idle: less than a tenth of a core. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS) / 10;

    private static final Duration REST_MAX = Duration.ofSeconds(12);

    private final Duration load;
    private final LongSupplier othersNanos;

    /**
     * @param load how long it runs, without the rests
     * @param othersNanos processor time of those that are measured, besides this process
     */
    public WarmUp(Duration load, LongSupplier othersNanos) {
        this.load = load;
        this.othersNanos = othersNanos;
    }

    /** Returns when the load has run for long enough, behind the last {@code resume}. The load runs already. */
    public void run(Runnable pause, Runnable resume) throws InterruptedException {
        Thread.sleep(load.toMillis() / 2);
        for (int round = 0; round < 2; round++) {
            pause.run();
            rest();
            resume.run();
            Thread.sleep(load.toMillis() / 4);
        }
    }

    /** Until nobody works. */
    public void rest() throws InterruptedException {
        long end = System.nanoTime() + REST_MAX.toNanos();
        long before = nanos();
        while (System.nanoTime() < end) {
            Thread.sleep(LOOK_MILLIS);
            long now = nanos();
            if (now - before < IDLE_NANOS) {
                return;
            }
            before = now;
        }
    }

    private long nanos() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() + othersNanos.getAsLong();
    }
}
