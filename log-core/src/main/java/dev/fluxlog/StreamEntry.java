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
    private volatile Marks marks;

    /** What will be committed when the group being planned is; owned by the writer thread. */
    private Marks pending;

    private final Listeners listeners = new Listeners();

    StreamEntry(long number, String name, Marks marks) {
        this.number = number;
        this.name = name;
        this.marks = marks;
        this.pending = marks;
    }

    Marks marks() {
        return marks;
    }

    Marks pending() {
        return pending;
    }

    void plan(Marks next) {
        pending = next;
    }

    void publish() {
        marks = pending;
    }

    Listeners listeners() {
        return listeners;
    }

    void rollBack() {
        pending = marks;
    }
}
