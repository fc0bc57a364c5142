package dev.fluxlog;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A queue with one owner thread, which looks out for a moment while it is empty and then sleeps. Putting never blocks and
 * wakes only an owner that sleeps. It has no bound of its own: {@link Admission} bounds what can be in it.
 */
final class Mailbox<T> {
    private final Queue<T> items = new ConcurrentLinkedQueue<>();

    /** The owner's. */
    private final Lookout lookout;

    private volatile @Nullable Thread owner;
    private volatile boolean asleep;

    /** @param lookoutNanosMax longest look-out of the owner before it sleeps; 0 for none */
    Mailbox(long lookoutNanosMax) {
        this.lookout = new Lookout(lookoutNanosMax);
    }

    /** Makes the calling thread the owner; before anything is put. */
    void own() {
        owner = Thread.currentThread();
    }

    void put(T item) {
        items.add(item);
        if (asleep) {
            wake();
        }
    }

    /** Ends the owner's present or next sleep. */
    void wake() {
        LockSupport.unpark(owner);
    }

    /** The oldest item, or null when there is none. Owner thread. */
    @Nullable
    T poll() {
        return items.poll();
    }

    /**
     * The oldest item; waits for one. Null when it was woken without one, or for no reason. An interrupt of the owner is
     * cleared: it must not close the files that the thread works on. Owner thread.
     */
    @Nullable
    T take() {
        T item = items.poll();
        if (item != null) {
            return item;
        }
        lookout.begin();
        while (item == null && lookout.goesOn()) {
            item = items.poll();
        }
        if (item == null) {
            item = sleep();
        }
        if (item != null) {
            lookout.end();
        }
        return item;
    }

    private @Nullable T sleep() {
        asleep = true;
        try {
            // Looks again after announcing the sleep: whoever put before that did not wake.
            T item = items.poll();
            if (item == null) {
                LockSupport.park(this);
                Thread.interrupted();
                item = items.poll();
            }
            return item;
        } finally {
            asleep = false;
        }
    }
}
