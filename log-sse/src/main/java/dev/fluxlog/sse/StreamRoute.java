package dev.fluxlog.sse;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.LogException;
import dev.fluxlog.Retention;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamsQuery;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;
import reactor.core.publisher.Mono;

/** The streams themselves: catalog, creation, state, changes, removal. */
final class StreamRoute {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;

    private final EventLog log;
    private final ReadableStreams readable;
    private final Bodies bodies;

    StreamRoute(EventLog log, Bodies bodies) {
        this.log = log;
        this.readable = new ReadableStreams(log);
        this.bodies = bodies;
    }

    Mono<Void> list(Exchange exchange) {
        Query query = exchange.query();
        int limit = query.limit(LIMIT_DEFAULT, LIMIT_MAX);
        String prefix = query.text("prefix");
        StreamsQuery one = StreamsQuery.all()
                .withPrefix(prefix)
                .withAfter(query.text("after"))
                .withLimit(limit + 1L);
        return readable.list(exchange.pass().caller(), one).flatMap(found -> {
            boolean more = found.size() > limit;
            List<StreamInfo> page = more ? found.subList(0, limit) : found;
            String next = more ? page.get(limit - 1).name() : "";
            if (more) {
                exchange.header(
                        "Link",
                        "</streams?prefix=" + Names.encode(prefix) + "&after=" + Names.encode(next) + "&limit=" + limit
                                + ">; rel=\"next\"");
            }
            return exchange.json(200, json -> {
                json.object().name("streams").array();
                page.forEach(info -> write(json, info));
                json.endArray().name("next");
                if (more) {
                    json.string(next);
                } else {
                    json.nothing();
                }
                json.end();
            });
        });
    }

    Mono<Void> create(Exchange exchange, String stream) {
        String contentType = exchange.header(HttpHeaderNames.CONTENT_TYPE.toString());
        return bodies.read(exchange).flatMap(body -> {
            StreamSettings wanted = body.length == 0 ? StreamSettings.defaults() : settings(contentType, body);
            return log.stream(stream).create(wanted).flatMap(creation -> {
                StreamInfo info = creation.info();
                if (!creation.created() && body.length > 0 && !info.settings().equals(wanted)) {
                    throw Problems.settingsConflict(stream);
                }
                exchange.header("Location", Names.path(stream));
                return marks(exchange, info).json(creation.created() ? 201 : 200, json -> write(json, info));
            });
        });
    }

    Mono<Void> head(Exchange exchange, String stream) {
        return log.stream(stream)
                .info()
                .flatMap(info -> marks(exchange, info)
                        .header("Link", StreamHead.links(info, LIMIT_DEFAULT))
                        .empty(200));
    }

    Mono<Void> change(Exchange exchange, String stream) {
        String essence = Media.essence(exchange.header(HttpHeaderNames.CONTENT_TYPE.toString()));
        if (!Media.MERGE_PATCH.equals(essence)) {
            exchange.header("Accept-Patch", Media.MERGE_PATCH);
            throw Problems.mediaType(List.of(Media.MERGE_PATCH));
        }
        ExpectedSequence expected = Expectations.of(exchange);
        EventStream target = log.stream(stream);
        return bodies.read(exchange)
                .flatMap(body -> target.info().flatMap(info -> {
                    check(info, expected);
                    StreamPatch patch = StreamPatch.read(body, info);
                    return patch.apply(target, info, expected);
                }))
                .flatMap(info -> marks(exchange, info).json(200, json -> write(json, info)));
    }

    Mono<Void> delete(Exchange exchange, String stream) {
        ExpectedSequence expected = Expectations.of(exchange);
        EventStream target = log.stream(stream);
        return target.info()
                .doOnNext(info -> check(info, expected))
                .then(Mono.defer(target::delete))
                .then(Mono.defer(() -> exchange.empty(204)));
    }

    private static StreamSettings settings(String contentType, byte[] body) {
        if (!Media.isJson(contentType)) {
            throw Problems.mediaType(List.of(Media.JSON));
        }
        return Json.read("body", body, json -> StreamPatch.settings(json, StreamSettings.defaults()));
    }

    private static void check(StreamInfo info, ExpectedSequence expected) {
        if (!expected.admits(true, info.highWaterMark())) {
            throw new LogException.Conflict(info.name(), expected, info.highWaterMark());
        }
    }

    private static Exchange marks(Exchange exchange, StreamInfo info) {
        return StreamHead.tell(exchange, info).header("ETag", "\"" + info.highWaterMark() + "\"");
    }

    private static void write(JsonText json, StreamInfo info) {
        Retention retention = info.settings().retention();
        json.object();
        json.name("stream").string(info.name());
        json.name("lowWaterMark").number(info.lowWaterMark());
        json.name("highWaterMark").number(info.highWaterMark());
        json.name("events").number(info.events());
        json.name("sealed").bool(info.sealed());
        json.name("contentType").string(info.settings().contentType());
        json.name("retention").object();
        if (!retention.maxAge().equals(Retention.FOREVER)) {
            json.name("maxAge").string(retention.maxAge().toString());
        }
        if (retention.maxEvents() != Long.MAX_VALUE) {
            json.name("maxEvents").number(retention.maxEvents());
        }
        if (retention.maxBytes() != Long.MAX_VALUE) {
            json.name("maxBytes").number(retention.maxBytes());
        }
        json.end().end();
    }
}
