package dev.fluxlog.chronicle;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Forces many files or directories from several threads: a file system that is asked for several at once makes them
 * durable together, which one thread that waits for each never lets it do.
 */
final class ManyForces {
    private static final int THREADS = 8;

    private ManyForces() {}

    /** Returns when all are forced; throws the first failure, and begins no other once there is one. */
    static void run(Collection<Path> paths, Consumer<Path> force) {
        if (paths.size() < THREADS) {
            paths.forEach(force);
            return;
        }
        Queue<Path> left = new ConcurrentLinkedQueue<>(paths);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(Threads.start("fluxlog-force-" + i, () -> work(left, force, failure)));
        }
        threads.forEach(Threads::join);
        Throwable first = failure.get();
        if (first instanceof RuntimeException known) {
            throw known;
        }
        if (first != null) {
            throw new IllegalStateException("forcing files failed", first);
        }
    }

    private static void work(Queue<Path> left, Consumer<Path> force, AtomicReference<@Nullable Throwable> failure) {
        try {
            for (Path next = left.poll(); next != null && failure.get() == null; next = left.poll()) {
                force.accept(next);
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }
}
