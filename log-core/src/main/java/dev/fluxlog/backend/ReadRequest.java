package dev.fluxlog.backend;

/**
 * A bounded read of one stream.
 *
 * @param stream number of the stream
 * @param sequence the first sequence wanted, at least 1
 * @param through the last sequence wanted, inclusive: at or above {@code sequence} when reading forward, at or below it
 *     when reading backward; on the other side of it the range is empty
 * @param direction whether sequences rise or fall
 * @param framesMax most frames to return, at least 1
 * @param bytesMax most bytes of frames to return, at least 1; a single larger frame is returned alone
 */
public record ReadRequest(long stream, long sequence, long through, Direction direction, int framesMax, int bytesMax) {

    /** Whether sequences rise or fall. */
    public enum Direction {
        FORWARD,
        BACKWARD
    }

    public ReadRequest {
        if (sequence < 1 || framesMax < 1 || bytesMax < 1) {
            throw new IllegalArgumentException("sequence, framesMax and bytesMax are at least 1: " + sequence + ", "
                    + framesMax + ", " + bytesMax);
        }
    }

    public boolean isEmpty() {
        return direction == Direction.FORWARD ? through < sequence : through > sequence || through < 1;
    }

    public boolean isForward() {
        return direction == Direction.FORWARD;
    }
}
