package dev.fluxlog;

/**
 * How an append is to be taken.
 *
 * @param expected what the stream's tail has to be, else {@link LogException.Conflict}
 * @param idempotencyKey makes a repeated append give the first result; empty for none, at most {@value
 *     #KEY_BYTES_MAX} bytes of UTF-8
 * @param after what happens to the stream in the same commit
 */
public record AppendOptions(ExpectedSequence expected, String idempotencyKey, After after) {
    public static final int KEY_BYTES_MAX = 1024;

    private static final AppendOptions DEFAULTS = new AppendOptions(ExpectedSequence.any(), "", After.GO_ON);

    /** What happens to a stream in the same commit as an append. */
    public enum After {
        GO_ON,
        /** The stream is sealed: these are its last events. */
        SEAL
    }

    public AppendOptions {
        Text.check("idempotency key", idempotencyKey, KEY_BYTES_MAX);
    }

    /** No expectation, no key, the stream goes on. */
    public static AppendOptions defaults() {
        return DEFAULTS;
    }

    public AppendOptions withExpected(ExpectedSequence newExpected) {
        return new AppendOptions(newExpected, idempotencyKey, after);
    }

    public AppendOptions withIdempotencyKey(String key) {
        return new AppendOptions(expected, key, after);
    }

    /** Seals the stream in the same commit. */
    public AppendOptions thenSeal() {
        return new AppendOptions(expected, idempotencyKey, After.SEAL);
    }
}
