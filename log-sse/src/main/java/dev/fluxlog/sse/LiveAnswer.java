package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.StreamSignal;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/** Answers that stay open, whatever they follow. */
final class LiveAnswer {
    private final FanOut fanOut;
    private final Drain drain;
    private final GatewayOptions options;
    private final Meters meters;

    LiveAnswer(FanOut fanOut, Drain drain, GatewayOptions options, Meters meters) {
        this.fanOut = fanOut;
        this.drain = drain;
        this.options = options;
        this.meters = meters;
    }

    /**
     * What an answer tells.
     *
     * @param wanted the events that are sent
     * @param still whether what the caller may do by now is enough for the answer to go on
     * @param items what follows a place; they never fail
     * @param sharing null for one that always reads alone
     */
    record Content(
            LiveFrames frames,
            Numbering numbering,
            Predicate<Event> wanted,
            Predicate<Pass> still,
            Function<From, Flux<LiveItem>> items,
            @Nullable Sharing sharing) {}

    Mono<Void> events(Exchange exchange, Place place, Content content) {
        exchange.header("Cache-Control", "no-store, no-transform");
        return send(exchange, Media.EVENT_STREAM, place, content);
    }

    Mono<Void> lines(Exchange exchange, Place place, Content content) {
        return send(exchange, Media.NDJSON, place, content);
    }

    /** With the headers that were set, and those that keep intermediaries from holding it back. */
    Mono<Void> send(Exchange exchange, String contentType, Place place, Content content) {
        LiveOptions session = new LiveOptions(
                content.frames,
                content.numbering,
                content.wanted,
                place.from(),
                place.exact(),
                content.items,
                content.sharing,
                exchange.pass().end(content.still),
                options.heartbeat(),
                options.retry(),
                drain);
        HttpServerResponse response = exchange.header("X-Accel-Buffering", "no")
                .response()
                .status(200)
                .header(HttpHeaderNames.CONTENT_TYPE, contentType);
        return response.sendHeaders()
                .then(Mono.defer(() ->
                        LiveSession.body(new ChannelOutlet(exchange.channel(), isChunked(response)), session, fanOut)))
                .then()
                .doOnSubscribe(begin -> meters.streamOpened())
                .doFinally(end -> meters.streamEnded());
    }

    private static boolean isChunked(HttpServerResponse response) {
        return response.responseHeaders()
                .containsValue(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED, true);
    }

    /** A resume point above the log is told, and it goes on behind the last event. */
    static Flux<LiveItem> goingOn(
            Exchange exchange, Function<From, ? extends Flux<? extends StreamSignal>> signals, From from) {
        return items(signals.apply(from))
                .onErrorResume(
                        LogException.Ahead.class,
                        ahead -> items(signals.apply(From.after(ahead.highWaterMark())))
                                .startWith(new LiveItem.Ahead(ahead.requested(), ahead.highWaterMark())))
                .onErrorResume(failure -> Flux.just(failed(exchange, failure)));
    }

    /** Whatever is wrong is the last thing told. */
    static Flux<LiveItem> untilFailure(Exchange exchange, Flux<? extends StreamSignal> signals) {
        return items(signals).onErrorResume(failure -> Flux.just(failed(exchange, failure)));
    }

    static LiveItem failed(Exchange exchange, Throwable failure) {
        return new LiveItem.Failed(exchange.problemOf(failure));
    }

    private static Flux<LiveItem> items(Flux<? extends StreamSignal> signals) {
        return signals.<LiveItem>map(LiveItem.Signal::new).concatWithValues(new LiveItem.Sealed());
    }
}
