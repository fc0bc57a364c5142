package dev.fluxlog;

import java.time.Instant;

/**
 * A place between two events of a stream. Reading forward yields what follows it, reading backward what precedes it.
 */
public sealed interface From {

    /** Before the oldest readable event. */
    static From start() {
        return Start.INSTANCE;
    }

    /**
     * Right behind the given sequence: the way to resume from the last event seen.
     *
     * @param sequence at least 0; 0 is the place before the first event ever
     */
    static From after(long sequence) {
        return new After(sequence);
    }

    /** Before the first event, in order of sequence, whose time is at or after the given one; else the tail. */
    static From at(Instant time) {
        return new At(time);
    }

    /**
     * Before the newest {@code count} readable events; before all when there are fewer.
     *
     * @param count at least 0
     */
    static From last(long count) {
        return new Last(count);
    }

    /** Behind the newest event at the moment of subscribing. */
    static From tail() {
        return Tail.INSTANCE;
    }

    /** @see From#start() */
    enum Start implements From {
        INSTANCE
    }

    /** @see From#after(long) */
    record After(long sequence) implements From {
        public After {
            if (sequence < 0) {
                throw new IllegalArgumentException("sequence is at least 0: " + sequence);
            }
        }
    }

    /** @see From#at(Instant) */
    record At(Instant time) implements From {}

    /** @see From#last(long) */
    record Last(long count) implements From {
        public Last {
            if (count < 0) {
                throw new IllegalArgumentException("count is at least 0: " + count);
            }
        }
    }

    /** @see From#tail() */
    enum Tail implements From {
        INSTANCE
    }
}
