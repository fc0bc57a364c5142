package dev.fluxlog;

/**
 * Where a stream leaves the one it was forked from.
 *
 * @param stream name of the source; empty for a stream that is no fork
 * @param sequence the last event that both share, at least 0
 */
public record ForkPoint(String stream, long sequence) {
    /** Most forks of forks of forks; answer {@code LimitExceeded}. */
    public static final int DEPTH_MAX = 1_000;

    private static final ForkPoint NONE = new ForkPoint("", 0);

    public ForkPoint {
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence is at least 0: " + sequence);
        }
    }

    /** No fork. */
    public static ForkPoint none() {
        return NONE;
    }

    public boolean isNone() {
        return stream.isEmpty();
    }
}
