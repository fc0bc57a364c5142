package dev.fluxlog.sse;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.Page;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.access.Right;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code GET /v1/stream/{name}}: what is there, what comes next, or both on one connection.
 *
 * <p>An answer that does not end at the tail never changes and may be kept by caches for a while; one that does is asked
 * for again each time, so that no cache hides an event or the end of the stream.
 */
final class DurableRead {
    private static final Duration WAIT_MAX = Duration.ofSeconds(20);

    /** Connections end after this, so that caches between can join new ones. */
    private static final Duration CONNECTION_MAX = Duration.ofSeconds(60);

    private static final String KEPT = "max-age=60, stale-while-revalidate=300";

    private final EventLog log;
    private final LiveAnswer answers;
    private final Drain drain;
    private final Work work;
    private final GatewayOptions options;

    DurableRead(EventLog log, LiveAnswer answers, Drain drain, Work work, GatewayOptions options) {
        this.log = log;
        this.answers = answers;
        this.drain = drain;
        this.work = work;
        this.options = options;
    }

    Mono<Void> read(Exchange exchange, String name) {
        Query query = exchange.query();
        String live = query.text("live");
        boolean streams = live.equals("sse");
        if (!live.isEmpty() && !streams && !live.equals("long-poll")) {
            throw Problems.invalid("live", live, "long-poll or sse");
        }
        String lastId = streams ? exchange.header("Last-Event-ID") : "";
        String given = query.text("offset");
        if (query.has("offset") ? given.isEmpty() : !live.isEmpty() && lastId.isEmpty()) {
            throw Problems.invalid("offset", given, "an offset; live reads need one");
        }
        String offset = !lastId.isEmpty() ? lastId : given.isEmpty() ? DurableOffset.START : given;
        boolean now = offset.equals(DurableOffset.NOW);
        From from = now ? From.tail() : DurableOffset.from("offset", offset);
        EventStream stream = log.stream(name);
        return stream.info()
                .flatMap(info -> streams ? live(exchange, stream, info, from) : pages(exchange, stream, from));
    }

    private Mono<Void> pages(Exchange exchange, EventStream stream, From from) {
        boolean now = from == From.tail();
        boolean waits = exchange.query().has("live");
        return page(stream, from).flatMap(page -> {
            boolean nothing = page.events().isEmpty() && page.complete();
            if (!waits || !nothing) {
                return send(exchange, stream, page, now);
            }
            return page.sealed()
                    ? silent(exchange, page)
                    : stream.subscribe(page.next())
                            .take(1)
                            .take(options.waitMax().compareTo(WAIT_MAX) < 0 ? options.waitMax() : WAIT_MAX)
                            .takeUntilOther(drain.asMono())
                            .then(Mono.defer(() -> {
                                exchange.pass().require(Right.READ, page.stream());
                                return page(stream, page.next());
                            }))
                            .flatMap(later -> later.events().isEmpty()
                                    ? silent(exchange, later)
                                    : send(exchange, stream, later, now));
        });
    }

    private Mono<Page> page(EventStream stream, From from) {
        return stream.page(ReadOptions.forward(from).withLimit(log.options().pageEventsMax()));
    }

    /** The time is over, or the stream is: there was nothing. */
    private Mono<Void> silent(Exchange exchange, Page page) {
        if (!page.sealed()) {
            exchange.header(DurableHeaders.CURSOR, cursor(exchange));
        }
        return described(exchange, page).empty(204);
    }

    private Mono<Void> send(Exchange exchange, EventStream stream, Page page, boolean now) {
        if (exchange.query().has("live")) {
            exchange.header(DurableHeaders.CURSOR, cursor(exchange));
        }
        described(exchange, page);
        if (!now) {
            String tag = tag(page);
            exchange.header("ETag", tag)
                    .header("Cache-Control", page.complete() ? "no-cache" : exchange.cacheable(KEPT));
            if (PageAnswer.matches(exchange.list("If-None-Match"), tag)) {
                return exchange.empty(304);
            }
        }
        return stream.info().flatMap(info -> {
            DurableContent content = DurableRoute.content(info);
            return exchange.body(200, content.contentType(), out -> content.write(out, page.events()))
                    .subscribeOn(work.scheduler());
        });
    }

    /** Numbers are never given twice, so a range names its content; what may follow it is part of the answer too. */
    private static String tag(Page page) {
        long first = page.events().isEmpty()
                ? page.next().sequence() + 1
                : page.events().get(0).sequence();
        String state = page.complete() ? (page.sealed() ? ":c" : ":t") : "";
        return "\"ds:" + first + ":" + page.next().sequence() + state + "\"";
    }

    private static Exchange described(Exchange exchange, Page page) {
        if (page.complete()) {
            exchange.header(DurableHeaders.UP_TO_DATE, "true");
            if (page.sealed()) {
                exchange.header(DurableHeaders.CLOSED, "true");
            }
        }
        return exchange.header(
                DurableHeaders.NEXT_OFFSET, DurableOffset.after(page.next().sequence()));
    }

    private String cursor(Exchange exchange) {
        return Long.toString(
                DurableCursor.next(options.clock().instant(), exchange.query().text("cursor")));
    }

    private Mono<Void> live(Exchange exchange, EventStream stream, StreamInfo info, From from) {
        long start = from instanceof From.After after ? after.sequence() : -1;
        if (start > info.highWaterMark()) {
            throw new LogException.Ahead(info.name(), start, info.lowWaterMark(), info.highWaterMark());
        }
        if (start >= 0 && start < info.lowWaterMark() - 1) {
            throw new LogException.Trimmed(info.name(), start + 1, info.lowWaterMark(), info.highWaterMark());
        }
        DurableContent content = DurableRoute.content(info);
        AtomicLong tail = new AtomicLong(info.highWaterMark());
        LiveFrames frames = new DurableFrames(content, cursor(exchange), tail::get);
        Function<From, Flux<LiveItem>> items = place -> stream.signals(place)
                .doOnNext(signal -> stream.info().onErrorComplete().subscribe(i -> tail.set(i.highWaterMark())))
                .<LiveItem>map(LiveItem.Signal::new)
                .concatWithValues(new LiveItem.Sealed())
                .take(CONNECTION_MAX)
                .onErrorResume(failure -> Flux.just(new LiveItem.Failed(Problems.of(failure))));
        exchange.header("Cache-Control", "no-cache, no-transform");
        if (!content.isText()) {
            exchange.header(DurableHeaders.SSE_ENCODING, "base64");
        }
        return answers.send(
                exchange,
                Media.EVENT_STREAM,
                new Place(from, start),
                new LiveAnswer.Content(
                        frames, Numbering.SEQUENCE, Types.ALL, pass -> pass.mayRead(info.name()), items, null));
    }
}
