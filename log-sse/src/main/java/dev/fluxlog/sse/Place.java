package dev.fluxlog.sse;

import dev.fluxlog.From;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Where a client wants to begin.
 *
 * @param from the same in the library's words
 * @param exact the sequence it begins right behind, -1 for a place that depends on the moment
 */
record Place(From from, long exact) {

    /**
     * Of an open stream: what the client has seen last, as its {@code Last-Event-ID} header tells or the {@code
     * lastEventId} parameter; else what the parameters ask for; else the tail.
     */
    static Place live(String lastEventId, Query query) {
        if (!lastEventId.isEmpty()) {
            return behind(Query.count("Last-Event-ID", lastEventId));
        }
        if (query.has("lastEventId")) {
            return behind(query.count("lastEventId"));
        }
        return of(query, false, new Place(From.tail(), -1));
    }

    /** Of a page: by default everything, from the end that its direction begins at. */
    static Place page(Query query, boolean backward) {
        return of(query, backward, backward ? new Place(From.tail(), -1) : new Place(From.start(), 0));
    }

    private static Place of(Query query, boolean backward, Place otherwise) {
        if (query.has("from")) {
            return from(query.text("from"), backward);
        }
        if (query.has("after")) {
            long sequence = query.count("after");
            if (backward && sequence == 0) {
                throw Problems.invalid("after", "0", "at least 1 when reading backward");
            }
            return behind(backward ? sequence - 1 : sequence);
        }
        if (query.has("since")) {
            return new Place(From.at(time(query.text("since"))), -1);
        }
        return query.has("last") ? new Place(From.last(query.count("last")), -1) : otherwise;
    }

    private static Place from(String given, boolean backward) {
        switch (given) {
            case "start":
                return new Place(From.start(), 0);
            case "tail":
                return new Place(From.tail(), -1);
            default:
                long sequence = Query.count("from", given);
                if (sequence == 0) {
                    throw Problems.invalid("from", given, "a sequence from 1, start or tail");
                }
                return behind(backward ? sequence : sequence - 1);
        }
    }

    private static Place behind(long sequence) {
        return new Place(From.after(sequence), sequence);
    }

    /** RFC 3339; a plus sign that was sent bare has become a space. */
    private static Instant time(String given) {
        try {
            return OffsetDateTime.parse(given.replace(' ', '+')).toInstant();
        } catch (DateTimeException notATime) {
            throw Problems.invalid("since", given, "a time as in RFC 3339, 2026-01-31T12:00:00Z");
        }
    }
}
