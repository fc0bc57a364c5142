package dev.fluxlog;

/**
 * How an append is to be taken.
 *
 * @param expected what the stream's tail has to be, else {@link LogException.Conflict}
 * @param idempotencyKey makes a repeated append give the first result; empty for none, at most {@value
 *     #KEY_BYTES_MAX} bytes of UTF-8
 * @param producer makes the append the next one of a numbered source, else {@link LogException.ProducerGap} or {@link
 *     LogException.ProducerFenced}; a repeat gives the first result, whatever its content
 * @param ordinal a mark of the application that has to be greater, by its bytes in UTF-8, than the last one of the
 *     stream, else {@link LogException.OutOfOrder}; empty for none, at most {@value #KEY_BYTES_MAX} bytes
 * @param after what happens to the stream in the same commit
 */
public record AppendOptions(
        ExpectedSequence expected, String idempotencyKey, Producer producer, String ordinal, After after) {
    public static final int KEY_BYTES_MAX = 1024;

    private static final AppendOptions DEFAULTS =
            new AppendOptions(ExpectedSequence.any(), "", Producer.none(), "", After.GO_ON);

    /** What happens to a stream in the same commit as an append. */
    public enum After {
        GO_ON,
        /** The stream is sealed: these are its last events. */
        SEAL
    }

    public AppendOptions {
        Text.check("idempotency key", idempotencyKey, KEY_BYTES_MAX);
        Text.check("ordinal", ordinal, KEY_BYTES_MAX);
    }

    /** No expectation, no key, no producer, no ordinal, the stream goes on. */
    public static AppendOptions defaults() {
        return DEFAULTS;
    }

    public AppendOptions withExpected(ExpectedSequence newExpected) {
        return new AppendOptions(newExpected, idempotencyKey, producer, ordinal, after);
    }

    public AppendOptions withIdempotencyKey(String key) {
        return new AppendOptions(expected, key, producer, ordinal, after);
    }

    public AppendOptions withProducer(Producer newProducer) {
        return new AppendOptions(expected, idempotencyKey, newProducer, ordinal, after);
    }

    public AppendOptions withOrdinal(String newOrdinal) {
        return new AppendOptions(expected, idempotencyKey, producer, newOrdinal, after);
    }

    /** Seals the stream in the same commit. */
    public AppendOptions thenSeal() {
        return new AppendOptions(expected, idempotencyKey, producer, ordinal, After.SEAL);
    }

    Origin origin() {
        return new Origin(idempotencyKey, producer, ordinal);
    }
}
