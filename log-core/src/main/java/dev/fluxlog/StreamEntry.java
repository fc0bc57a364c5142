package dev.fluxlog;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the engine keeps of a stream, and the only place where writer and readers meet.
 *
 * <p>The writer publishes {@link #marks} after a commit and then has the stream's listeners woken. A reader registers
 * its listener first and looks at the marks afterwards, so it cannot miss a move. Listeners carry no number: a woken
 * reader looks at the marks, and any number of moves in between are one.
 */
final class StreamEntry {
    final long number;
    final String name;

    /** What is committed; written by the writer thread only. */
    private volatile Marks marks;

    /** What will be committed when the group being planned is; owned by the writer thread. */
    private Marks pending;

    /** Nobody follows most streams, so the set is made with the first listener. */
    private volatile @Nullable Set<Runnable> listeners;

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

    void rollBack() {
        pending = marks;
    }

    void listen(Runnable wake) {
        synchronized (this) {
            if (listeners == null) {
                listeners = ConcurrentHashMap.newKeySet(2);
            }
            listeners.add(wake);
        }
    }

    void ignore(Runnable wake) {
        synchronized (this) {
            if (listeners != null) {
                listeners.remove(wake);
                if (listeners.isEmpty()) {
                    listeners = null;
                }
            }
        }
    }

    void wake() {
        Set<Runnable> current = listeners;
        if (current != null) {
            current.forEach(Runnable::run);
        }
    }
}
