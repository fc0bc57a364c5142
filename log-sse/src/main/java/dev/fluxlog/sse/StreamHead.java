package dev.fluxlog.sse;

import dev.fluxlog.StreamInfo;
import java.util.List;

/** What the head of an answer tells of its stream. */
final class StreamHead {
    private StreamHead() {}

    static Exchange tell(Exchange exchange, StreamInfo info) {
        return tell(exchange, info.lowWaterMark(), info.highWaterMark(), info.sealed())
                .header("Stream-Content-Type", safe(info.settings().contentType()));
    }

    static Exchange tell(Exchange exchange, long lowWaterMark, long highWaterMark, boolean sealed) {
        return exchange.header("Low-Water-Mark", Long.toString(lowWaterMark))
                .header("High-Water-Mark", Long.toString(highWaterMark))
                .header("Stream-Sealed", Boolean.toString(sealed));
    }

    /** The library takes any text as a content type; a header does not. */
    static String safe(String contentType) {
        return Media.essence(contentType) == null || !contentType.chars().allMatch(c -> c >= 0x20 && c < 0x7F)
                ? ""
                : contentType;
    }

    /** Where to go from the newest event: pages, and what comes. */
    static String links(StreamInfo info, int limit) {
        String path = Names.path(info.name());
        return String.join(
                ", ",
                List.of(
                        link(path + "?from=" + (info.highWaterMark() + 1) + "&limit=" + limit, "next"),
                        link(path + "?from=start&limit=" + limit, "first"),
                        link(path + "?last=" + limit + "&limit=" + limit, "last"),
                        monitor(path + "?after=" + info.highWaterMark())));
    }

    static String link(String target, String relation) {
        return "<" + target + ">; rel=\"" + relation + "\"";
    }

    /** An event stream (RFC 5989, section 5, has the relation). */
    static String monitor(String target) {
        return link(target, "monitor") + "; type=\"text/event-stream\"";
    }
}
