package dev.fluxlog.backend;

/**
 * Events of one commit group that stand next to each other both in their stream and in the order of commit.
 *
 * @param position of the first event
 * @param stream number of the stream
 * @param sequence of the first event
 * @param count number of events, at least 1
 */
public record Run(long position, long stream, long sequence, int count) {
    public Run {
        if (position < 1 || stream < 1 || sequence < 1 || count < 1) {
            throw new IllegalArgumentException(
                    "a run is positive: " + position + ", " + stream + ", " + sequence + ", " + count);
        }
    }

    /** Position behind the last event. */
    public long end() {
        return position + count;
    }

    /** The part that ends with a position within the run. */
    public Run through(long last) {
        return new Run(position, stream, sequence, Math.toIntExact(last - position + 1));
    }

    /** The part that begins at a position within the run. */
    public Run from(long first) {
        int skipped = Math.toIntExact(first - position);
        return skipped == 0 ? this : new Run(first, stream, sequence + skipped, count - skipped);
    }
}
