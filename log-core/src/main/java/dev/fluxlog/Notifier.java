package dev.fluxlog;

import java.util.List;

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

    Notifier(Listeners log) {
        this.log = log;
    }

    void start() {
        Threads.start("fluxlog-notifier", this);
    }

    /** A group has ended: its readers are woken, then its producers answered and released. Writer thread. */
    void groupEnded(List<StreamEntry> moved, List<Command<?>> commands, Admission admission) {
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
        });
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
