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

    private final Listeners listeners = new Listeners();

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
        published = new Published(marks(), pending, publication);
    }

    Listeners listeners() {
        return listeners;
    }

    void rollBack() {
        pending = marks();
    }
}
