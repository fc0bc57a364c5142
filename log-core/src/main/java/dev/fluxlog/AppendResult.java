package dev.fluxlog;

/**
 * Where the events of an append stand.
 *
 * @param first sequence of the first event; for an append without events (a mere expectation) one above {@code last}
 * @param last sequence of the last event
 * @param position of the last event over the whole log; 0 for an append without events
 * @param replayed true when the idempotency key was known and these are the places of the earlier, equal append
 */
public record AppendResult(String stream, long first, long last, long position, boolean replayed) {}
