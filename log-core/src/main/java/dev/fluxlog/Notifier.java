package dev.fluxlog;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Answers producers, so that the writer can go on with the next group: waking the callers of a group costs a good part of
 * what committing it does.
 *
 * <p>One thread; callbacks of producers run on it. Answers come in the order of commits. Readers are woken before, by the
 * writer when they are few, since being woken runs none of their code, and by this thread when they are many.
 */
final class Notifier implements Runnable {
    /** Readers that the writer wakes by itself after a group; waking more would keep the next group. */
    static final int WOKEN_AT_ONCE_MAX = 16;

    /** Longest look-out for the end of a commit, whatever the log's: 0.2 ms. */
    private static final long LOOKOUT_NANOS_MAX = 200_000;

    private final Mailbox<Runnable> tasks;
    private boolean running = true;

    /** Of those who follow the order of commit. */
    private final Listeners log;

    /** Groups handed over and not answered yet. */
    private final AtomicInteger unanswered = new AtomicInteger();

    /** The writer, while it waits for the answers. */
    private volatile @Nullable Thread awaiting;

    Notifier(Listeners log, LogOptions options) {
        this.log = log;
        this.tasks = new Mailbox<>(Math.min(options.lookoutMax().toNanos(), LOOKOUT_NANOS_MAX));
    }

    void start() {
        Threads.start("fluxlog-notifier", this);
    }

    /** A group has ended: its readers are woken, then its producers answered and released. Writer thread. */
    void groupEnded(List<StreamEntry> moved, List<Command<?>> commands, Admission admission) {
        boolean few = listening(moved) <= WOKEN_AT_ONCE_MAX;
        Throwable failure = few ? failureOfWaking(moved) : null;
        unanswered.incrementAndGet();
        tasks.put(() -> {
            if (!few) {
                Threads.guarded(() -> wake(moved));
            } else if (failure != null) {
                Threads.dropped(failure);
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

    private int listening(List<StreamEntry> moved) {
        int count = log.count();
        for (StreamEntry stream : moved) {
            count += stream.listeners().count();
        }
        return count;
    }

    /** That a reader thread could not be started, for instance: the notifier tells, since hooks are code of others. */
    private @Nullable Throwable failureOfWaking(List<StreamEntry> moved) {
        try {
            wake(moved);
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    private void wake(List<StreamEntry> moved) {
        for (StreamEntry stream : moved) {
            stream.listeners().wake();
        }
        if (!moved.isEmpty()) {
            log.wake();
        }
    }

    /** Whether producers of a group that ended are still waiting for their answers. */
    boolean isAnswering() {
        return unanswered.get() > 0;
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
