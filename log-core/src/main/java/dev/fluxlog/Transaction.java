package dev.fluxlog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Appends to several streams that take effect together or not at all.
 *
 * <p>Each append has its own expectation; one without events only checks it. A stream is named at most once. The events
 * of a transaction are adjacent in the order of positions, in the order of the appends.
 *
 * @param appends at least one when committed
 * @param idempotencyKey makes a repeated transaction give the first result; empty for none
 */
public record Transaction(List<Append> appends, String idempotencyKey) {

    /**
     * One stream's share.
     *
     * @param events may be empty
     */
    public record Append(String stream, List<NewEvent> events, ExpectedSequence expected) {
        public Append {
            StreamName.check(stream);
            events = List.copyOf(events);
        }
    }

    public Transaction {
        Text.check("idempotency key", idempotencyKey, AppendOptions.KEY_BYTES_MAX);
        appends = List.copyOf(appends);
        Set<String> names = new HashSet<>();
        for (Append append : appends) {
            if (!names.add(append.stream())) {
                throw new IllegalArgumentException("stream '" + append.stream() + "' is named twice");
            }
        }
    }

    /** Nothing yet. */
    public static Transaction start() {
        return new Transaction(List.of(), "");
    }

    public Transaction append(String stream, List<NewEvent> events) {
        return append(stream, events, ExpectedSequence.any());
    }

    public Transaction append(String stream, List<NewEvent> events, ExpectedSequence expected) {
        List<Append> more = new ArrayList<>(appends);
        more.add(new Append(stream, events, expected));
        return new Transaction(more, idempotencyKey);
    }

    /** Adds an expectation on a stream that gets no events. */
    public Transaction expect(String stream, ExpectedSequence expected) {
        return append(stream, List.of(), expected);
    }

    public Transaction withIdempotencyKey(String key) {
        return new Transaction(appends, key);
    }
}
