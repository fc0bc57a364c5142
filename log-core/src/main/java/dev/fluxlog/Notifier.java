package dev.fluxlog;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Answers producers and wakes readers, so that the writer can go on with the next group: waking the callers of a group
 * costs a good part of what committing it does.
 *
 * <p>One thread; callbacks of producers run on it. Answers come in the order of commits.
 */
final class Notifier implements Runnable {
    private final Mailbox<Runnable> tasks = new Mailbox<>();
    private boolean running = true;

    /** Of those who follow the order of commit. */
    private final Listeners log;

    /** Groups handed over and not answered yet. */
    private final AtomicInteger unanswered = new AtomicInteger();

    /** The writer, while it waits for the answers. */
    private volatile @Nullable Thread awaiting;

    Notifier(Listeners log) {
        this.log = log;
    }

    void start() {
        Threads.start("fluxlog-notifier", this);
    }

    /** A group has ended: its readers are woken, then its producers answered and released. Writer thread. */
    void groupEnded(List<StreamEntry> moved, List<Command<?>> commands, Admission admission) {
        unanswered.incrementAndGet();
        tasks.put(() -> {
            moved.forEach(stream -> stream.listeners().wake());
            if (!moved.isEmpty()) {
                log.wake();
            }
            for (Command<?> command : commands) {
                // Released first: whoever appends again from its callback finds the place it has just left.
                admission.release(command.bytes);
                Threads.guarded(command::answer);
            }
            if (unanswered.decrementAndGet() == 0) {
                LockSupport.unpark(awaiting);
            }
        });
    }

    /** Waits until every group that ended is answered, but no longer than that. Writer thread. */
    void awaitAnswered(long nanosMax) {
        if (unanswered.get() == 0) {
            return;
        }
        long end = System.nanoTime() + nanosMax;
        awaiting = Thread.currentThread();
        for (long left = nanosMax; left > 0 && unanswered.get() > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            // An interrupt must not close the files that the thread works on.
            Thread.interrupted();
        }
        awaiting = null;
    }

    /** Runs the task behind everything handed over so far. */
    void then(Runnable task) {
        tasks.put(task);
    }

    /** The thread ends behind everything handed over so far. */
    void stop() {
        tasks.put(() -> running = false);
    }

    @Override
    public void run() {
        tasks.own();
        while (running) {
            Runnable task = tasks.take();
            if (task != null) {
                Threads.guarded(task);
            }
        }
    }
}
