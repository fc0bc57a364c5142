package dev.fluxlog;

/**
 * A numbered source of appends to one stream.
 *
 * <p>It counts its appends 0, 1, 2 and so on. The log takes only the next one, gives the first result for one it has, and
 * refuses one that skips a number. Whoever takes the producer's place raises the epoch and counts from 0 again; from then
 * on the one with the lower epoch is refused.
 *
 * @param id which producer, at most {@value AppendOptions#KEY_BYTES_MAX} bytes of UTF-8; empty only for {@link #none()}
 * @param epoch which incarnation of it, at least 0
 * @param sequence which append of that incarnation, at least 0
 */
public record Producer(String id, long epoch, long sequence) {
    private static final Producer NONE = new Producer("", 0, 0);

    public Producer {
        Text.check("producer id", id, AppendOptions.KEY_BYTES_MAX);
        if (epoch < 0 || sequence < 0) {
            throw new IllegalArgumentException("epoch and sequence are at least 0: " + epoch + ", " + sequence);
        }
    }

    /** An append without producer. */
    public static Producer none() {
        return NONE;
    }

    public boolean isNone() {
        return id.isEmpty();
    }
}
