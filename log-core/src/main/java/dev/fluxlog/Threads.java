package dev.fluxlog;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The threads of a log: platform threads, daemons, named, never interrupted by the log. No other class makes one.
 */
final class Threads {
    private Threads() {}

    static Thread start(String name, Runnable work) {
        Thread thread = daemon(name, work);
        thread.start();
        return thread;
    }

    /** Not started yet. */
    static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /** One thread for what has to be done now and then. */
    static ScheduledExecutorService timer() {
        return Executors.newSingleThreadScheduledExecutor(task -> daemon("fluxlog-timer", task));
    }

    /** A callback of a user that throws must not end a thread that serves all: the failure goes to Reactor's hook. */
    static void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            dropped(failure);
        }
    }

    /** Tells Reactor's hook of a failure that nobody can be answered with. */
    static void dropped(Throwable failure) {
        Operators.onErrorDropped(failure, Context.empty());
    }
}
