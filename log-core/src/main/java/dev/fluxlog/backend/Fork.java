package dev.fluxlog.backend;

/**
 * Where the events of a stream up to a sequence are kept: in the journal of the stream it was forked from.
 *
 * @param source number of that stream; 0 for a stream that is no fork
 * @param sequence the last shared sequence
 * @param current false once the stream was deleted and came into being again, so that it is a fork no more; forks of
 *     the fork may still need the shared events
 */
public record Fork(long source, long sequence, boolean current) {
    /** Not a fork. */
    public static final Fork NONE = new Fork(0, 0, false);

    public Fork {
        if (source < 0 || sequence < 0) {
            throw new IllegalArgumentException("a fork of stream " + source + " at " + sequence);
        }
    }

    public boolean isNone() {
        return source == 0;
    }

    Fork asPast() {
        return isNone() ? this : new Fork(source, sequence, false);
    }
}
