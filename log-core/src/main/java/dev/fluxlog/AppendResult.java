package dev.fluxlog;

/**
 * Where the events of an append stand.
 *
 * @param first sequence of the first event; for an append without events (a mere expectation) one above {@code last}
 * @param last sequence of the last event
 * @param position of the last event over the whole log; 0 for an append without events
 * @param replayed true when the idempotency key or the producer's number was known and these are the places of the
 *     earlier append
 * @param producerSequence the highest number taken from the append's producer in its epoch; -1 without producer
 */
public record AppendResult(
        String stream, long first, long last, long position, boolean replayed, long producerSequence) {

    /** A result without producer. */
    public AppendResult(String stream, long first, long last, long position, boolean replayed) {
        this(stream, first, last, position, replayed, -1);
    }

    AppendResult of(long highestOfProducer) {
        return new AppendResult(stream, first, last, position, replayed, highestOfProducer);
    }
}
