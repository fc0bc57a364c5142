package dev.fluxlog;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that may block in journals, and that anybody may give work to without ever waiting for a lock.
 *
 * <p>Problem: demand for events comes from event loops. The queue of a {@code ThreadPoolExecutor} has a lock, and whoever
 * finds it taken stops, with all the connections behind it. Idea: a queue without locks, and workers that announce their
 * sleep before they look at it a last time: whoever puts a task looks at the announcements afterwards, so that either it
 * sees a sleeper, or the sleeper sees the task.
 *
 * <p>The queue has no bound of its own: a subscription has at most one task in it. Workers are started when there is
 * work for them and end after {@value #IDLE_SECONDS} s without. Order is that of the queue; nothing is promised beyond.
 */
final class ReaderPool implements Executor {
    private static final long IDLE_SECONDS = 30;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicReferenceArray<@Nullable Worker> workers;
    private final AtomicInteger started = new AtomicInteger();
    private volatile boolean ended;

    ReaderPool(int threads) {
        workers = new AtomicReferenceArray<>(threads);
    }

    /** @throws RejectedExecutionException after {@link #shutdown} */
    @Override
    public void execute(Runnable task) {
        if (ended) {
            throw new RejectedExecutionException("the readers have ended");
        }
        tasks.add(task);
        // Ended meanwhile: nobody may look any more. Whoever took it already runs it.
        if (ended && tasks.remove(task)) {
            throw new RejectedExecutionException("the readers have ended");
        }
        callOne();
    }

    private void callOne() {
        for (int i = 0; i < workers.length(); i++) {
            Worker worker = workers.get(i);
            if (worker == null) {
                Worker fresh = new Worker(i);
                if (workers.compareAndSet(i, null, fresh)) {
                    fresh.begin();
                    return;
                }
            } else if (worker.asleep.compareAndSet(true, false)) {
                LockSupport.unpark(worker.thread);
                return;
            }
        }
    }

    /** What was taken is done, then the threads end. */
    void shutdown() {
        ended = true;
        for (int i = 0; i < workers.length(); i++) {
            Worker worker = workers.get(i);
            if (worker != null) {
                LockSupport.unpark(worker.thread);
            }
        }
    }

    private final class Worker implements Runnable {
        private final int slot;
        private final Thread thread;
        private final AtomicBoolean asleep = new AtomicBoolean();

        Worker(int slot) {
            this.slot = slot;
            this.thread = Threads.daemon("fluxlog-reader-" + started.incrementAndGet(), this);
        }

        void begin() {
            thread.start();
        }

        @Override
        public void run() {
            do {
                work();
                workers.set(slot, null);
                // Whoever put a task while this one was leaving may have counted on it.
            } while (!tasks.isEmpty() && workers.compareAndSet(slot, null, this));
        }

        /** Until there has been nothing for long, or there will be nothing. */
        private void work() {
            while (true) {
                Runnable task = tasks.poll();
                if (task == null) {
                    task = sleep();
                    if (task == null) {
                        return;
                    }
                    // Two puts may have called the same sleeper.
                    if (!tasks.isEmpty()) {
                        callOne();
                    }
                }
                Threads.guarded(task);
            }
        }

        private @Nullable Runnable sleep() {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
            while (true) {
                asleep.set(true);
                Runnable task = tasks.poll();
                long left = end - System.nanoTime();
                if (task != null || ended || left <= 0) {
                    asleep.set(false);
                    return task;
                }
                LockSupport.parkNanos(ReaderPool.this, left);
                // An interrupt must not close the files that the thread works on.
                Thread.interrupted();
            }
        }
    }
}
