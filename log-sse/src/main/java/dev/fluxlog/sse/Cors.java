package dev.fluxlog.sse;

import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * Which pages of other origins may use the gateway (Fetch standard, section 3.2).
 *
 * <p>Credentials that a browser sends by itself are never asked for, so that a page can do only what it has a token
 * for. Any origin that is not on the list sees no header of this kind, and may change nothing.
 */
final class Cors {
    static final String ANY = "*";

    private static final List<String> SAFE = List.of("GET", "HEAD", "OPTIONS");
    private static final String SENT = "Authorization, Content-Type, Accept, Last-Event-ID, If-Match, If-None-Match, "
            + "Idempotency-Key, Request-Id, Fluxlog-Protocol, Expected-Sequence, Event-Type, Event-Key, Producer-Id, Producer-Epoch, Producer-Seq, "
            + "Stream-Seq, Stream-TTL, Stream-Expires-At, Stream-Closed, Stream-Forked-From, Stream-Fork-Offset, "
            + "Stream-Fork-Sub-Offset, traceparent, tracestate";
    private static final String SEEN = "ETag, Link, Location, Gap, Low-Water-Mark, High-Water-Mark, Stream-Sealed, "
            + "Stream-Content-Type, Request-Id, Fluxlog-Protocol, Retry-After, WWW-Authenticate, Stream-Next-Offset, Stream-Up-To-Date, "
            + "Stream-Closed, Stream-Cursor, Stream-SSE-Data-Encoding, Producer-Epoch, Producer-Seq, "
            + "Producer-Expected-Seq, Producer-Received-Seq";
    private static final String EVENT_HEADER = "event-header-";

    private final Set<String> origins;

    Cors(Set<String> origins) {
        this.origins = origins;
    }

    /** Lets a page of a listed origin see the answer. */
    void tell(Exchange exchange) {
        if (origins.isEmpty()) {
            return;
        }
        exchange.vary("Origin");
        if (isListed(exchange.header("Origin"))) {
            exchange.header("Access-Control-Allow-Origin", allowed(exchange))
                    .header("Access-Control-Expose-Headers", SEEN);
        }
    }

    /** Answers what a browser asks before it sends something that a form could not. */
    void preflight(Exchange exchange, List<String> methods) {
        if (isListed(exchange.header("Origin"))
                && !exchange.header("Access-Control-Request-Method").isEmpty()) {
            exchange.vary("Access-Control-Request-Headers")
                    .header("Access-Control-Allow-Methods", String.join(", ", methods))
                    .header("Access-Control-Allow-Headers", SENT + eventHeaders(exchange))
                    .header("Access-Control-Max-Age", "86400");
        }
    }

    /** A page of another origin can send a plain request without asking first; it may not change anything. */
    void refuseForeignPages(Exchange exchange) {
        String origin = exchange.header("Origin");
        if (origin.isEmpty() || SAFE.contains(exchange.method()) || isListed(origin)) {
            return;
        }
        if (!authority(origin).equalsIgnoreCase(exchange.header("Host"))) {
            throw Problems.foreignOrigin();
        }
    }

    private boolean isListed(String origin) {
        return !origin.isEmpty() && (origins.contains(origin) || origins.contains(ANY));
    }

    private String allowed(Exchange exchange) {
        return origins.contains(ANY) ? ANY : exchange.header("Origin");
    }

    /** Headers of events have any name; those that were asked for are allowed, by names that cannot be anything else. */
    private static String eventHeaders(Exchange exchange) {
        StringBuilder out = new StringBuilder();
        for (String name : exchange.list("Access-Control-Request-Headers").split(",", 100)) {
            String asked = name.trim();
            if (asked.regionMatches(true, 0, EVENT_HEADER, 0, EVENT_HEADER.length())
                    && asked.matches("[A-Za-z0-9_.-]{1,100}")) {
                out.append(", ").append(asked);
            }
        }
        return out.toString();
    }

    private static String authority(String origin) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority == null ? "" : authority;
        } catch (IllegalArgumentException opaque) {
            return "";
        }
    }
}
