package dev.fluxlog.sse;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One thing to tell, written once for all who follow the same.
 *
 * @param place the number to resume after, once it was sent; the last id of its bytes
 * @param type of an event, else empty
 * @param bytes whole frames
 * @param untaken groups that have not taken it yet
 */
record SharedItem(long place, String type, byte[] bytes, AtomicInteger untaken) {

    /** A group has taken it. True for the last one. */
    boolean takenByAll() {
        return untaken.decrementAndGet() == 0;
    }
}
