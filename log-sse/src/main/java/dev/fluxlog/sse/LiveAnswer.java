package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.StreamSignal;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.function.Function;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers that stay open, whatever they follow. */
final class LiveAnswer {
    private final Drain drain;
    private final GatewayOptions options;

    LiveAnswer(Drain drain, GatewayOptions options) {
        this.drain = drain;
        this.options = options;
    }

    /** How one answer is written. */
    LiveSession.Options session(LiveFrames frames, Numbering numbering, Predicate<Event> wanted, long start) {
        return new LiveSession.Options(frames, numbering, wanted, start, options.heartbeat(), options.retry(), drain);
    }

    /** @param still whether what the caller may do by now is enough for the answer to go on */
    Mono<Void> events(Exchange exchange, Predicate<Pass> still, Flux<LiveItem> items, LiveSession.Options session) {
        exchange.header("Cache-Control", "no-store, no-transform").header("X-Accel-Buffering", "no");
        return send(exchange, still, Media.EVENT_STREAM, items, session);
    }

    /** @param still whether what the caller may do by now is enough for the answer to go on */
    Mono<Void> lines(Exchange exchange, Predicate<Pass> still, Flux<LiveItem> items, LiveSession.Options session) {
        exchange.header("X-Accel-Buffering", "no");
        return send(exchange, still, Media.NDJSON, items, session);
    }

    private Mono<Void> send(
            Exchange exchange,
            Predicate<Pass> still,
            String contentType,
            Flux<LiveItem> items,
            LiveSession.Options session) {
        Flux<ByteBuf> body = exchange.whilePermitted(
                LiveSession.body(items, exchange.channel(), session),
                still,
                (out, problem) ->
                        session.frames().failed(out, problem, options.retry().toMillis()));
        return exchange.response()
                .status(200)
                .header(HttpHeaderNames.CONTENT_TYPE, contentType)
                .send(body)
                .then();
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
