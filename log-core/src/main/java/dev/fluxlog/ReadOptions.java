package dev.fluxlog;

/**
 * What to read: the events on one side of a place.
 *
 * @param from the place
 * @param direction the side
 * @param limit most events, at least 1
 */
public record ReadOptions(From from, Direction direction, long limit) {

    /** Which side of the place is read, and in which order. */
    public enum Direction {
        /** What follows the place, sequences rising, up to the tail at the moment of subscribing. */
        FORWARD,
        /** What precedes the place, sequences falling, down to the low-water mark. */
        BACKWARD
    }

    public ReadOptions {
        if (limit < 1) {
            throw new IllegalArgumentException("limit is at least 1: " + limit);
        }
    }

    /** Everything that follows the place. */
    public static ReadOptions forward(From from) {
        return new ReadOptions(from, Direction.FORWARD, Long.MAX_VALUE);
    }

    /** Everything that precedes the place, newest first. */
    public static ReadOptions backward(From from) {
        return new ReadOptions(from, Direction.BACKWARD, Long.MAX_VALUE);
    }

    public ReadOptions withLimit(long newLimit) {
        return new ReadOptions(from, direction, newLimit);
    }
}
