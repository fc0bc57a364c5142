package dev.fluxlog;

/**
 * What the engine keeps of a stream, and the only place where writer and readers meet.
 *
 * <p>The writer publishes {@link #marks} after a commit and then has the stream's listeners woken. A reader registers
 * its listener first and looks at the marks afterwards, so it cannot miss a move.
 */
final class StreamEntry {
    final long number;
    final String name;

    /** What is committed; written by the writer thread only. */
    private volatile Published published;

    /** What will be committed when the group being planned is; owned by the writer thread. */
    private Marks pending;

    /** When the stream was used last; by whatever thread uses it. */
    private volatile long lastUsedMicros;

    private final Listeners listeners = new Listeners();

    private final Forks forks = new Forks();

    StreamEntry(long number, String name, Marks marks) {
        this.number = number;
        this.name = name;
        this.published = new Published(marks, marks, Publication.DONE);
        this.pending = marks;
    }

    private record Published(Marks before, Marks after, Publication publication) {}

    Marks marks() {
        Published now = published;
        return now.publication().isDone() ? now.after() : now.before();
    }

    Marks pending() {
        return pending;
    }

    void plan(Marks next) {
        pending = next;
    }

    /** What is pending becomes visible when the publication happens; the one before has happened. */
    void publish(Publication publication) {
        join();
        published = new Published(marks(), pending, publication);
    }

    /** Sets the state found at open. */
    void restore(Marks found) {
        pending = found;
        published = new Published(found, found, Publication.DONE);
        join();
    }

    private void join() {
        Shared shared = pending.shared();
        if (shared != null) {
            shared.source().forks.add(this);
        }
    }

    /** Whether a fork, or a fork of a fork, still shares events of this stream. */
    boolean isShared() {
        return forks.share();
    }

    Forks forks() {
        return forks;
    }

    /** Number of streams whose events it shares, one behind the other. */
    int depth() {
        int depth = 0;
        for (Shared next = pending.shared();
                next != null;
                next = next.source().pending.shared()) {
            depth++;
        }
        return depth;
    }

    void use(long nowMicros) {
        lastUsedMicros = nowMicros;
    }

    /** Whether the stream's time is over, though its deletion may not be committed yet. */
    boolean isExpired(Marks state, long nowMicros) {
        TimeToLive timeToLive = state.settings().timeToLive();
        if (!state.exists() || timeToLive.isUnlimited()) {
            return false;
        }
        // Whoever follows the stream uses it.
        return timeToLive.isOver(listeners.count() > 0 ? nowMicros : lastUsedMicros, nowMicros);
    }

    Listeners listeners() {
        return listeners;
    }

    void rollBack() {
        pending = marks();
    }
}
