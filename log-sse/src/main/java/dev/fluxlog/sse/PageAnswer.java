package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.Page;
import dev.fluxlog.StreamSignal;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A page on its way out: marks, links, validator, body.
 *
 * <p>A page that is asked for by sequence, full, and not the end of its stream can never change: its tag names its
 * events, and caches may keep it for good. So its body holds nothing but these events; the marks, which do change, are in
 * the headers alone. Any other page depends on nothing but the URL and the state of the stream, so the marks are its tag,
 * and are in its body.
 *
 * <p>A page may go out compressed. It is another representation then, with a tag of its own.
 */
final class PageAnswer {
    private static final String FOR_GOOD = "max-age=31536000, immutable";

    private final Exchange exchange;
    private final PageRoute.Request request;
    private final Page page;
    private final StreamSignal.@Nullable Gap gap;
    private final String streamContentType;
    private final boolean forGood;

    PageAnswer(Exchange exchange, PageRoute.Request request, PageRoute.Found found) {
        this.exchange = exchange;
        this.request = request;
        this.page = found.page();
        this.gap = found.gap();
        this.streamContentType = found.streamContentType();
        this.forGood = isForGood();
    }

    private boolean isForGood() {
        return request.place().exact() >= 0
                && request.types().all()
                && gap == null
                && !page.complete()
                && page.events().size() == request.limit()
                && !request.backward()
                && !exchange.query().text("from").equals("start")
                && (exchange.query().has("from") || exchange.query().has("after"));
    }

    Mono<Void> send(String contentType) {
        String kind = switch (contentType) {
            case Media.NDJSON -> "lines";
            case CloudEvents.BATCH -> "cloudevents";
            default -> "page";
        };
        boolean gzip = Gzip.isAccepted(exchange.list("Accept-Encoding"));
        String tag = "\"" + kind
                + (forGood
                        ? "." + first() + "." + last()
                        : ".at." + page.lowWaterMark() + "." + page.highWaterMark() + (page.sealed() ? ".sealed" : ""))
                + (gzip ? ".gzip" : "") + "\"";
        exchange.header("ETag", tag)
                .vary("Accept")
                .vary("Accept-Encoding")
                .header("Cache-Control", forGood ? exchange.cacheable(FOR_GOOD) : "no-cache")
                .header("Stream-Content-Type", StreamHead.safe(streamContentType))
                .header("Link", links());
        StreamHead.tell(exchange, page.lowWaterMark(), page.highWaterMark(), page.sealed());
        if (gap != null) {
            exchange.header("Gap", gap.from() + "-" + gap.through());
        }
        if (matches(exchange.list("If-None-Match"), tag)) {
            return exchange.empty(304);
        }
        Consumer<ByteBuf> body = switch (contentType) {
            case Media.NDJSON -> this::writeLines;
            case CloudEvents.BATCH -> this::writeCloudEvents;
            default -> out -> writeJson(new JsonText(out));
        };
        if (gzip) {
            exchange.header("Content-Encoding", "gzip");
        }
        return exchange.body(200, contentType, gzip ? Gzip.of(body) : body);
    }

    private void writeLines(ByteBuf out) {
        for (Event event : page.events()) {
            EventJson.write(new JsonText(out), event);
            out.writeByte('\n');
        }
    }

    private void writeCloudEvents(ByteBuf out) {
        JsonText json = new JsonText(out);
        json.array();
        page.events().forEach(event -> CloudEvents.write(json, event));
        json.endArray();
    }

    private void writeJson(JsonText json) {
        json.object().name("stream").string(page.stream());
        json.name("events").array();
        for (Event event : page.events()) {
            EventJson.write(json, event);
        }
        json.endArray();
        if (hasNext()) {
            json.name("next").number(next());
        } else {
            json.name("next").nothing();
        }
        json.name("atTail").bool(atTail());
        if (!forGood) {
            json.name("lowWaterMark").number(page.lowWaterMark());
            json.name("highWaterMark").number(page.highWaterMark());
            json.name("sealed").bool(page.sealed());
        }
        if (gap != null) {
            json.name("gap").object();
            json.name("from").number(gap.from());
            json.name("through").number(gap.through());
            json.name("next").number(gap.through() + 1);
            json.end();
        }
        json.end();
    }

    private boolean atTail() {
        if (!request.backward()) {
            return page.complete();
        }
        return page.events().isEmpty() ? page.highWaterMark() == 0 : first() == page.highWaterMark();
    }

    private boolean hasNext() {
        return !request.backward() || !page.complete();
    }

    /** Sequence that the following page begins with. */
    private long next() {
        return request.backward() ? page.next().sequence() : page.next().sequence() + 1;
    }

    private long first() {
        return page.events().get(0).sequence();
    }

    private long last() {
        return page.events().get(page.events().size() - 1).sequence();
    }

    private String links() {
        String path = Names.path(page.stream());
        String rest = "limit=" + request.limit() + types();
        List<String> links = new ArrayList<>();
        if (hasNext()) {
            links.add(StreamHead.link(path + "?from=" + next() + "&" + direction(request.backward()) + rest, "next"));
        }
        if (!page.events().isEmpty()) {
            long before = request.backward() ? first() + 1 : first() - 1;
            if (before >= page.lowWaterMark() && before <= page.highWaterMark()) {
                links.add(StreamHead.link(
                        path + "?from=" + before + "&" + direction(!request.backward()) + rest, "prev"));
            }
        }
        links.add(StreamHead.link(path + "?from=start&" + rest, "first"));
        links.add(StreamHead.link(path + "?last=" + request.limit() + "&" + rest, "last"));
        links.add(StreamHead.monitor(path + "?after=" + seen() + types()));
        return String.join(", ", links);
    }

    /** The highest sequence that whoever has shown this page need not be told of any more. */
    private long seen() {
        boolean highestIsFirst = request.backward() && !page.events().isEmpty();
        return highestIsFirst
                ? first()
                : Math.max(page.lowWaterMark() - 1, page.next().sequence());
    }

    private static String direction(boolean backward) {
        return backward ? "direction=backward&" : "";
    }

    private String types() {
        StringBuilder out = new StringBuilder();
        request.types().names().stream()
                .sorted()
                .forEach(type -> out.append("&type=").append(Names.encode(type)));
        return out.toString();
    }

    static boolean matches(String ifNoneMatch, String tag) {
        for (String given : ifNoneMatch.split(",", -1)) {
            String candidate = given.trim();
            if (candidate.equals("*") || candidate.equals(tag) || candidate.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }
}
