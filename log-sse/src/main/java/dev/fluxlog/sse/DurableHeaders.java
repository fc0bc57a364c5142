package dev.fluxlog.sse;

import dev.fluxlog.Producer;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.TimeToLive;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

/** The request and response headers of Durable Streams, and what their values may be. */
final class DurableHeaders {
    static final String NEXT_OFFSET = "Stream-Next-Offset";
    static final String UP_TO_DATE = "Stream-Up-To-Date";
    static final String CLOSED = "Stream-Closed";
    static final String CURSOR = "Stream-Cursor";
    static final String SEQ = "Stream-Seq";
    static final String TTL = "Stream-TTL";
    static final String EXPIRES_AT = "Stream-Expires-At";
    static final String FORKED_FROM = "Stream-Forked-From";
    static final String FORK_OFFSET = "Stream-Fork-Offset";
    static final String FORK_SUB_OFFSET = "Stream-Fork-Sub-Offset";
    static final String SSE_ENCODING = "Stream-SSE-Data-Encoding";
    static final String PRODUCER_ID = "Producer-Id";
    static final String PRODUCER_EPOCH = "Producer-Epoch";
    static final String PRODUCER_SEQ = "Producer-Seq";
    static final String PRODUCER_EXPECTED_SEQ = "Producer-Expected-Seq";
    static final String PRODUCER_RECEIVED_SEQ = "Producer-Received-Seq";

    /** Whole numbers in one way of writing, within what a JavaScript number holds exactly. */
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,15}");

    private static final long NUMBER_MAX = (1L << 53) - 1;

    private DurableHeaders() {}

    /** A value other than {@code true} is as good as none. */
    static boolean closes(Exchange exchange) {
        return exchange.header(CLOSED).equalsIgnoreCase("true");
    }

    /** Whether the request says anything about the time that the stream is to live. */
    static boolean hasTimeToLive(Exchange exchange) {
        return !exchange.header(TTL).isEmpty() || !exchange.header(EXPIRES_AT).isEmpty();
    }

    static TimeToLive timeToLive(Exchange exchange) {
        String idle = exchange.header(TTL);
        String end = exchange.header(EXPIRES_AT);
        if (!idle.isEmpty() && !end.isEmpty()) {
            throw Problems.invalid(EXPIRES_AT, end, "left out when " + TTL + " is given");
        }
        if (!idle.isEmpty()) {
            return TimeToLive.unlimited().withIdleMax(Duration.ofSeconds(number(TTL, idle)));
        }
        return end.isEmpty() ? TimeToLive.unlimited() : TimeToLive.unlimited().withEnd(instant(end));
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException noTime) {
            throw Problems.invalid(EXPIRES_AT, text, "a time as RFC 3339 has it");
        }
    }

    static long number(String field, String text) {
        long number = NUMBER.matcher(text).matches() ? Long.parseLong(text) : -1;
        if (number < 0 || number > NUMBER_MAX) {
            throw Problems.invalid(field, text, "a whole number from 0 to " + NUMBER_MAX + " in plain digits");
        }
        return number;
    }

    /** The producer of an append: all three headers, or none. */
    static Producer producer(Exchange exchange) {
        String id = exchange.text(PRODUCER_ID);
        String epoch = exchange.header(PRODUCER_EPOCH);
        String sequence = exchange.header(PRODUCER_SEQ);
        var headers = exchange.request().requestHeaders();
        if (!headers.contains(PRODUCER_ID) && epoch.isEmpty() && sequence.isEmpty()) {
            return Producer.none();
        }
        if (id.isEmpty()) {
            throw Problems.invalid(PRODUCER_ID, id, "given and not empty, with the other producer headers");
        }
        return new Producer(id, number(PRODUCER_EPOCH, epoch), number(PRODUCER_SEQ, sequence));
    }

    /** What every answer about an existing stream tells. */
    static void describe(Exchange exchange, StreamInfo info) {
        exchange.header(NEXT_OFFSET, DurableOffset.after(info.highWaterMark()));
        if (info.sealed()) {
            exchange.header(CLOSED, "true");
        }
        TimeToLive timeToLive = info.settings().timeToLive();
        if (!timeToLive.idleMax().equals(TimeToLive.FOREVER)) {
            exchange.header(TTL, Long.toString(timeToLive.idleMax().toSeconds()));
        }
        if (!timeToLive.end().equals(Instant.MAX)) {
            exchange.header(EXPIRES_AT, timeToLive.end().toString());
        }
    }
}
