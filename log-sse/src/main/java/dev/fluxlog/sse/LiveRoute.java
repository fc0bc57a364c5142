package dev.fluxlog.sse;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSignal;
import io.netty.handler.codec.http.HttpHeaderNames;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code GET /streams/{name}} that stays open, as server-sent events or as lines of JSON.
 *
 * <p>A browser gives up for good on any status but 200 and 204. So whoever asks for server-sent events of an existing
 * stream gets one of the two, and hears inside the body what is wrong.
 */
final class LiveRoute {
    private final EventLog log;
    private final Drain drain;
    private final GatewayOptions options;

    LiveRoute(EventLog log, Drain drain, GatewayOptions options) {
        this.log = log;
        this.drain = drain;
        this.options = options;
    }

    Mono<Void> events(Exchange exchange, String stream) {
        Place place = Place.live(exchange.header("Last-Event-ID"), exchange.query());
        Types types = Types.of(exchange.query());
        LiveFrames frames = new SseFrames(view(exchange.query()), exchange.instance());
        EventStream source = log.stream(stream);
        LiveSession.Options session =
                new LiveSession.Options(frames, types, place.exact(), options.heartbeat(), options.retry(), drain);
        exchange.header("Cache-Control", "no-store, no-transform").header("X-Accel-Buffering", "no");
        return source.info()
                .flatMap(info -> isAtEnd(info, place)
                        ? exchange.empty(204)
                        : send(exchange, Media.EVENT_STREAM, goingOn(exchange, source, place.from()), session))
                .onErrorResume(
                        failure -> isToldInside(failure) && !exchange.response().hasSentHeaders(),
                        failure -> send(exchange, Media.EVENT_STREAM, Flux.just(failed(exchange, failure)), session));
    }

    Mono<Void> lines(Exchange exchange, String stream) {
        Place place = Place.page(exchange.query(), false);
        Types types = Types.of(exchange.query());
        boolean skipGaps = PageRoute.skipsGaps(exchange.query());
        EventStream source = log.stream(stream);
        LiveSession.Options session = new LiveSession.Options(
                new NdjsonFrames(exchange.instance()),
                types,
                place.exact(),
                options.heartbeat(),
                options.retry(),
                drain);
        exchange.header("X-Accel-Buffering", "no");
        return source.info().flatMap(info -> {
            refuseOutside(info, place, skipGaps);
            exchange.header("Low-Water-Mark", Long.toString(info.lowWaterMark()))
                    .header("High-Water-Mark", Long.toString(info.highWaterMark()));
            Flux<? extends StreamSignal> signals =
                    skipGaps ? source.signals(place.from()) : source.subscribe(place.from());
            return send(
                    exchange,
                    Media.NDJSON,
                    items(signals).onErrorResume(failure -> Flux.just(failed(exchange, failure))),
                    session);
        });
    }

    private Mono<Void> send(Exchange exchange, String contentType, Flux<LiveItem> items, LiveSession.Options session) {
        return exchange.response()
                .status(200)
                .header(HttpHeaderNames.CONTENT_TYPE, contentType)
                .send(LiveSession.body(items, exchange.channel(), session))
                .then();
    }

    /** A resume point above the log is told, and the stream goes on behind its last event. */
    private static Flux<LiveItem> goingOn(Exchange exchange, EventStream stream, From from) {
        return items(stream.signals(from))
                .onErrorResume(
                        LogException.Ahead.class,
                        ahead -> items(stream.signals(From.after(ahead.highWaterMark())))
                                .startWith(new LiveItem.Ahead(ahead.requested(), ahead.highWaterMark())))
                .onErrorResume(failure -> Flux.just(failed(exchange, failure)));
    }

    private static Flux<LiveItem> items(Flux<? extends StreamSignal> signals) {
        return signals.<LiveItem>map(LiveItem.Signal::new).concatWithValues(new LiveItem.Sealed());
    }

    private static LiveItem failed(Exchange exchange, Throwable failure) {
        return new LiveItem.Failed(exchange.problemOf(failure));
    }

    private static SseFrames.View view(Query query) {
        String view = query.text("view");
        return switch (view) {
            case "", "event" -> SseFrames.View.EVENT;
            case "data" -> SseFrames.View.DATA;
            default -> throw Problems.invalid("view", view, "event or data");
        };
    }

    /** Nothing will ever come for who begins there. */
    private static boolean isAtEnd(StreamInfo info, Place place) {
        if (!info.sealed()) {
            return false;
        }
        return place.exact() == info.highWaterMark()
                || place.from() == From.tail()
                || (place.from() == From.start() && info.events() == 0);
    }

    /** What stays true when the client comes back is a status; what may be otherwise then is told inside. */
    private static boolean isToldInside(Throwable failure) {
        return !(failure instanceof LogException.UnknownStream || failure instanceof LogException.InvalidName);
    }

    private static void refuseOutside(StreamInfo info, Place place, boolean skipGaps) {
        long first = place.exact() + 1;
        if (place.exact() < 0 || place.from() == From.start()) {
            return;
        }
        if (place.exact() > info.highWaterMark()) {
            throw new LogException.Ahead(info.name(), place.exact(), info.lowWaterMark(), info.highWaterMark());
        }
        if (first < info.lowWaterMark() && !skipGaps) {
            throw new LogException.Trimmed(info.name(), first, info.lowWaterMark(), info.highWaterMark());
        }
    }
}
