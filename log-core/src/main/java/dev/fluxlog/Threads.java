package dev.fluxlog;

import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The threads of a log: platform threads, daemons, named, never interrupted by the log. No other class makes one.
 */
final class Threads {
    private static final long IDLE_SECONDS = 30;

    private Threads() {}

    static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /**
     * Threads that may block in journals. The queue has no bound of its own: a subscription has at most one task in it.
     */
    static ThreadPoolExecutor readers(int threads) {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor readers = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "fluxlog-reader-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        readers.allowCoreThreadTimeOut(true);
        return readers;
    }

    /** One thread for what has to be done now and then. */
    static ScheduledExecutorService timer() {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "fluxlog-timer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A callback of a user that throws must not end a thread that serves all: the failure goes to Reactor's hook. */
    static void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            Operators.onErrorDropped(failure, Context.empty());
        }
    }
}
