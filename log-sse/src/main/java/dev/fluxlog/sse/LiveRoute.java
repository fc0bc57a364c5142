package dev.fluxlog.sse;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.StreamInfo;
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
    private final LiveAnswer answers;

    LiveRoute(EventLog log, LiveAnswer answers) {
        this.log = log;
        this.answers = answers;
    }

    Mono<Void> events(Exchange exchange, String stream) {
        Place place = Place.live(exchange.header("Last-Event-ID"), exchange.query());
        Types types = Types.of(exchange.query());
        SseFrames.View view = view(exchange.query());
        EventStream source = log.stream(stream);
        LiveAnswer.Content content = new LiveAnswer.Content(
                new SseFrames(view, Numbering.SEQUENCE, exchange.instance()),
                Numbering.SEQUENCE,
                types,
                pass -> pass.mayRead(stream),
                from -> LiveAnswer.goingOn(exchange, source::signals, from),
                new Sharing(
                        new Followed(stream, view),
                        types,
                        () -> new SseFrames(view, Numbering.SEQUENCE, ""),
                        Numbering.SEQUENCE,
                        source::signals));
        return source.info()
                .flatMap(info -> isAtEnd(info, place) ? exchange.empty(204) : answers.events(exchange, place, content))
                .onErrorResume(
                        failure -> isToldInside(failure) && !exchange.response().hasSentHeaders(),
                        failure -> answers.events(exchange, place, failed(exchange, content, failure)));
    }

    private record Followed(String stream, SseFrames.View view) {}

    /** The answer consists of the failure. */
    private static LiveAnswer.Content failed(Exchange exchange, LiveAnswer.Content content, Throwable failure) {
        LiveItem told = LiveAnswer.failed(exchange, failure);
        return new LiveAnswer.Content(
                content.frames(),
                content.numbering(),
                content.wanted(),
                content.still(),
                from -> Flux.just(told),
                null);
    }

    Mono<Void> lines(Exchange exchange, String stream) {
        Place place = Place.page(exchange.query(), false);
        boolean skipGaps = PageRoute.skipsGaps(exchange.query());
        EventStream source = log.stream(stream);
        LiveAnswer.Content content = new LiveAnswer.Content(
                new NdjsonFrames(Numbering.SEQUENCE, exchange.instance()),
                Numbering.SEQUENCE,
                Types.of(exchange.query()),
                pass -> pass.mayRead(stream),
                from -> LiveAnswer.untilFailure(exchange, skipGaps ? source.signals(from) : source.subscribe(from)),
                null);
        return source.info().flatMap(info -> {
            refuseOutside(info, place, skipGaps);
            exchange.header("Low-Water-Mark", Long.toString(info.lowWaterMark()))
                    .header("High-Water-Mark", Long.toString(info.highWaterMark()));
            return answers.lines(exchange, place, content);
        });
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
