package dev.fluxlog.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Appends as fast as they are acknowledged, or at a given rate.
 *
 * <p>Without a rate each caller has one append under way: the figure is the throughput, and the times are what such a
 * caller waits. With a rate an append is due at its place in a fixed timetable and its time counts from there, however
 * late it could be issued: nothing is left out because the subject was slow (no coordinated omission).
 */
final class AppendLoad {
    private enum Phase {
        WARMUP,
        RESTING,
        MEASURED,
        OVER
    }

    /** After so long without an answer the run is given up. */
    private static final long GRACE_SECONDS = 60;

    /** The timetable runs for so long before anything is measured. */
    private static final Duration PACED_LEAD = Duration.ofSeconds(1);

    private final AppendTarget target;
    private final Workload workload;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Queue<Caller> resting = new ConcurrentLinkedQueue<>();
    private volatile Phase phase = Phase.WARMUP;

    AppendLoad(AppendTarget target, Workload workload) {
        this.target = target;
        this.workload = workload;
    }

    void run(Results results) throws Exception {
        touchEveryStream();
        CountDownLatch ended = new CountDownLatch(workload.callers());
        List<Caller> callers = start(ended);
        WarmUp warmUp = new WarmUp(workload.warmup(), () -> 0);
        warmUp.run(() -> phase = Phase.RESTING, () -> resume(Phase.WARMUP));
        if (workload.rate() > 0) {
            // On a timetable too little happens for anything to be compiled, so the callers have warmed up for it.
            await(ended);
            warmUp.rest();
            runPaced(results);
        } else {
            runClosed(results, callers, ended);
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("an append failed", failed);
        }
    }

    /** Creating streams is another matter than appending to them. */
    private void touchEveryStream() throws Exception {
        AtomicLong open = new AtomicLong();
        for (int stream = 0; stream < workload.streams(); stream++) {
            while (open.get() >= workload.callers()) {
                LockSupport.parkNanos(10_000);
            }
            open.incrementAndGet();
            target.append(stream % workload.callers(), stream, new Counted(open));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
        while (open.get() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(100_000);
        }
    }

    private final class Counted implements AppendTarget.Done {
        private final AtomicLong open;

        Counted(AtomicLong open) {
            this.open = open;
        }

        @Override
        public void acknowledged() {
            open.decrementAndGet();
        }

        @Override
        public void failed(Throwable cause) {
            failure.compareAndSet(null, cause);
            open.decrementAndGet();
        }
    }

    private List<Caller> start(CountDownLatch ended) {
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < workload.callers(); i++) {
            callers.add(new Caller(i, ended));
        }
        for (Caller caller : callers) {
            if (target.isBlocking()) {
                Thread thread = new Thread(caller::loop, "caller-" + caller.number);
                thread.setDaemon(true);
                thread.start();
                caller.thread = thread;
            } else {
                caller.next();
            }
        }
        return callers;
    }

    private void resume(Phase next) {
        phase = next;
        for (Caller caller = resting.poll(); caller != null; caller = resting.poll()) {
            caller.resume();
        }
    }

    private void await(CountDownLatch ended) throws InterruptedException {
        resume(Phase.OVER);
        if (!ended.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(ended.getCount() + " callers got no answer");
        }
    }

    private void runClosed(Results results, List<Caller> callers, CountDownLatch ended) throws Exception {
        phase = Phase.MEASURED;
        long from = System.nanoTime();
        Thread.sleep(workload.measured().toMillis());
        phase = Phase.OVER;
        long nanos = System.nanoTime() - from;
        await(ended);
        Histogram all = new Histogram(3);
        callers.forEach(caller -> all.add(caller.times));
        double perSecond = all.getTotalCount() * 1e9 / nanos;
        results.add("appends/s", perSecond);
        results.add("events/s", perSecond * workload.batch());
        results.add("MiB/s", perSecond * workload.batch() * workload.payloadBytes() / (1 << 20));
        results.latency(all);
    }

    /** One caller: its next append begins when the one before is acknowledged. */
    private final class Caller implements AppendTarget.Done {
        private final int number;
        private final CountDownLatch ended;
        private final Histogram times = new Histogram(2);
        private volatile @Nullable Thread thread;
        private long random;
        private long started;

        Caller(int number, CountDownLatch ended) {
            this.number = number;
            this.ended = ended;
            this.random = 0x9E3779B97F4A7C15L * (number + 1);
        }

        private int stream() {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            return (int) Long.remainderUnsigned(random, workload.streams());
        }

        void loop() {
            while (phase != Phase.OVER) {
                if (phase == Phase.RESTING) {
                    resting.add(this);
                    while (phase == Phase.RESTING) {
                        LockSupport.park(this);
                    }
                }
                started = System.nanoTime();
                try {
                    target.append(number, stream(), this);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                    break;
                }
            }
            ended.countDown();
        }

        void resume() {
            if (target.isBlocking()) {
                LockSupport.unpark(thread);
            } else {
                next();
            }
        }

        void next() {
            started = System.nanoTime();
            try {
                target.append(number, stream(), this);
            } catch (Throwable e) {
                failed(e);
            }
        }

        @Override
        public void acknowledged() {
            if (phase == Phase.MEASURED) {
                times.recordValue(System.nanoTime() - started);
            }
            if (!target.isBlocking()) {
                if (phase == Phase.OVER) {
                    ended.countDown();
                } else if (phase == Phase.RESTING) {
                    resting.add(this);
                    // Perhaps nobody looks any more.
                    if (phase != Phase.RESTING && resting.remove(this)) {
                        next();
                    }
                } else {
                    next();
                }
            }
        }

        @Override
        public void failed(Throwable cause) {
            failure.compareAndSet(null, cause);
            phase = Phase.OVER;
            if (!target.isBlocking()) {
                ended.countDown();
            }
        }
    }

    private void runPaced(Results results) throws Exception {
        ConcurrentHistogram times = new ConcurrentHistogram(TimeUnit.SECONDS.toNanos(GRACE_SECONDS), 3);
        phase = Phase.WARMUP;
        int threads = target.isBlocking() ? workload.callers() : 1;
        long gap = threads * 1_000_000_000L / workload.rate();
        long begin = System.nanoTime() + 1_000_000;
        AtomicLong open = new AtomicLong();
        List<Thread> pacers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int caller = i;
            long first = begin + i * gap / threads;
            Thread thread = new Thread(() -> pace(caller, first, gap, open, times), "pacer-" + i);
            thread.setDaemon(true);
            thread.start();
            pacers.add(thread);
        }
        Thread.sleep(PACED_LEAD.toMillis());
        phase = Phase.MEASURED;
        long from = System.nanoTime();
        Thread.sleep(workload.measured().toMillis());
        phase = Phase.OVER;
        long nanos = System.nanoTime() - from;
        for (Thread pacer : pacers) {
            pacer.join(TimeUnit.SECONDS.toMillis(GRACE_SECONDS));
        }
        while (open.get() > 0 && failure.get() == null) {
            Thread.sleep(10);
        }
        results.add("appends/s", times.getTotalCount() * 1e9 / nanos);
        results.latency(times);
    }

    private void pace(int caller, long first, long gap, AtomicLong open, ConcurrentHistogram times) {
        int round = 0;
        for (long due = first; phase != Phase.OVER && failure.get() == null; due += gap, round++) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            long intended = due;
            boolean counts = phase == Phase.MEASURED;
            open.incrementAndGet();
            try {
                int stream = (caller + round * workload.callers()) % workload.streams();
                target.append(caller, stream, new AppendTarget.Done() {
                    @Override
                    public void acknowledged() {
                        if (counts) {
                            times.recordValue(System.nanoTime() - intended);
                        }
                        open.decrementAndGet();
                    }

                    @Override
                    public void failed(Throwable cause) {
                        failure.compareAndSet(null, cause);
                        open.decrementAndGet();
                    }
                });
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
                open.decrementAndGet();
            }
        }
    }
}
