package dev.fluxlog;

import org.jspecify.annotations.Nullable;

/**
 * A blocking source of items in order, from which {@link PullFlux} makes a publisher.
 *
 * <p>All methods but {@link #stop} are called by one thread at a time.
 */
interface Pull<T> {

    /** Called once, before anything else; {@code wake} may be run by any thread, when there may be more. */
    void start(Runnable wake);

    /**
     * The next item, or null when there is none now: either the source {@link #isDone} or it will wake.
     *
     * @param demand how many items are wanted, at least 1; a hint for reading ahead
     * @throws LogException what the publisher ends with
     */
    @Nullable
    T next(long demand);

    /**
     * Whether everything was given out and nothing can follow. Does not block.
     *
     * @throws LogException what the publisher ends with although nothing is wanted now
     */
    boolean isDone();

    /** Nobody wants more: forget the wake-up, end a running search. Any thread, any number of times. */
    void stop();
}
