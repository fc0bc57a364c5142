package dev.fluxlog.chronicle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Works on many files from several threads: a file system that is asked to force several at once makes them durable
 * together, which one thread that waits for each never lets it do. Few are worked on in their order by the caller.
 */
final class ManyFiles {
    private static final int THREADS = 8;

    private ManyFiles() {}

    /** Returns when all are done; throws the first failure, and begins no other once there is one. */
    static <T> void run(Collection<T> all, Consumer<T> work) {
        if (all.size() < THREADS) {
            all.forEach(work);
            return;
        }
        Queue<T> left = new ConcurrentLinkedQueue<>(all);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(Threads.start("fluxlog-files-" + i, () -> work(left, work, failure)));
        }
        threads.forEach(Threads::join);
        Throwable first = failure.get();
        if (first instanceof RuntimeException known) {
            throw known;
        }
        if (first != null) {
            throw new IllegalStateException("work on files failed", first);
        }
    }

    private static <T> void work(Queue<T> left, Consumer<T> work, AtomicReference<@Nullable Throwable> failure) {
        try {
            for (T next = left.poll(); next != null && failure.get() == null; next = left.poll()) {
                work.accept(next);
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }
}
