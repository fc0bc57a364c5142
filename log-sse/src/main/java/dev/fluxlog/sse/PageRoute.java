package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.Page;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.ReadOptions.Direction;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.access.Right;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** {@code GET /streams/{name}} that is answered and done: a page, at once or when there is something to tell. */
final class PageRoute {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;

    /** Most pages that are searched for events of the wanted types before a page goes out with what was found. */
    private static final int SEARCHED_PAGES_MAX = 10;

    private final EventLog log;
    private final Work work;
    private final Drain drain;
    private final Duration waitMax;

    PageRoute(EventLog log, Work work, Drain drain, GatewayOptions options) {
        this.log = log;
        this.work = work;
        this.drain = drain;
        this.waitMax = options.waitMax();
    }

    Mono<Void> read(Exchange exchange, String stream, String contentType) {
        Request request = request(exchange.query());
        EventStream source = log.stream(stream);
        return found(source, request)
                .flatMap(found -> wait(exchange, source, request, found))
                .flatMap(found -> withContentType(found, source))
                .publishOn(work.scheduler())
                .flatMap(found -> new PageAnswer(exchange, request, found).send(contentType));
    }

    /**
     * What is asked for.
     *
     * @param place where to begin
     * @param patience how long to wait for the first event, zero for not at all
     */
    record Request(Place place, Direction direction, int limit, Types types, boolean skipGaps, Duration patience) {
        boolean backward() {
            return direction == Direction.BACKWARD;
        }
    }

    /**
     * What was found.
     *
     * @param gap what was passed over at the beginning, because the client would have it so
     * @param streamContentType what the settings of the stream say, empty for any
     */
    record Found(Page page, StreamSignal.@Nullable Gap gap, String streamContentType) {
        Found(Page page, StreamSignal.@Nullable Gap gap) {
            this(page, gap, "");
        }
    }

    private Request request(Query query) {
        boolean backward = switch (query.text("direction")) {
            case "", "forward" -> false;
            case "backward" -> true;
            default -> throw Problems.invalid("direction", query.text("direction"), "forward or backward");
        };
        int limitMax = Math.min(LIMIT_MAX, log.options().pageEventsMax());
        return new Request(
                Place.page(query, backward),
                backward ? Direction.BACKWARD : Direction.FORWARD,
                query.limit(LIMIT_DEFAULT, limitMax),
                Types.of(query),
                skipsGaps(query),
                wait(query));
    }

    static boolean skipsGaps(Query query) {
        String gaps = query.text("gaps");
        if (!gaps.isEmpty() && !gaps.equals("skip") && !gaps.equals("fail")) {
            throw Problems.invalid("gaps", gaps, "skip or fail");
        }
        return gaps.equals("skip");
    }

    private Duration wait(Query query) {
        String given = query.text("wait");
        if (given.isEmpty()) {
            return Duration.ZERO;
        }
        Duration wait;
        try {
            String upper = given.toUpperCase(Locale.ROOT);
            boolean millis = given.matches("[0-9]{1,9}ms");
            wait = millis
                    ? Duration.ofMillis(Long.parseLong(given.substring(0, given.length() - 2)))
                    : Duration.parse(upper.startsWith("P") ? upper : "PT" + upper);
        } catch (DateTimeException notATime) {
            throw Problems.invalid("wait", given, "a duration, 20s or 500ms");
        }
        if (wait.isNegative() || wait.compareTo(waitMax) > 0) {
            throw Problems.limit("wait", given, "from 0 to " + waitMax.toSeconds() + "s");
        }
        return wait;
    }

    /** Of a stream that was deleted after the page was read nothing more can be told. */
    private static Mono<Found> withContentType(Found found, EventStream stream) {
        return stream.info()
                .map(info -> info.settings().contentType())
                .onErrorReturn(LogException.UnknownStream.class, "")
                .map(contentType -> new Found(found.page, found.gap, contentType));
    }

    private Mono<Found> found(EventStream stream, Request request) {
        Mono<Found> plain = page(stream, request, request.place.from()).map(page -> new Found(page, null));
        if (!request.skipGaps) {
            return plain;
        }
        return plain.onErrorResume(LogException.Trimmed.class, trimmed -> {
            StreamSignal.Gap gap = new StreamSignal.Gap(
                    trimmed.stream(), Math.max(1, trimmed.requested()), trimmed.lowWaterMark() - 1);
            return page(stream, request, From.after(trimmed.lowWaterMark() - 1)).map(page -> new Found(page, gap));
        });
    }

    private static Mono<Page> page(EventStream stream, Request request, From from) {
        if (request.types.all()) {
            return stream.page(new ReadOptions(from, request.direction, request.limit));
        }
        return search(stream, request, from, List.of(), SEARCHED_PAGES_MAX);
    }

    /** Reads on until the page is full of wanted events, the stream ends, or enough was searched. */
    private static Mono<Page> search(
            EventStream stream, Request request, From from, List<Event> before, int pagesLeft) {
        return stream.page(new ReadOptions(from, request.direction, LIMIT_DEFAULT))
                .flatMap(page -> {
                    List<Event> wanted = new ArrayList<>(before);
                    for (Event event : page.events()) {
                        if (request.types.test(event)) {
                            wanted.add(event);
                        }
                        if (wanted.size() == request.limit) {
                            boolean lastOfAll = page.complete()
                                    && event == page.events().get(page.events().size() - 1);
                            From.After next = From.After.class.cast(
                                    From.after(request.backward() ? event.sequence() - 1 : event.sequence()));
                            return Mono.just(with(page, wanted, next, lastOfAll));
                        }
                    }
                    return page.complete() || pagesLeft == 1
                            ? Mono.just(with(page, wanted, page.next(), page.complete()))
                            : search(stream, request, page.next(), wanted, pagesLeft - 1);
                });
    }

    private static Page with(Page page, List<Event> events, From.After next, boolean complete) {
        return new Page(
                page.stream(), events, next, complete, page.lowWaterMark(), page.highWaterMark(), page.sealed());
    }

    /** Answers at once what has something to tell; else when an event comes, the time is over or the gateway ends. */
    private Mono<Found> wait(Exchange exchange, EventStream stream, Request request, Found found) {
        Page page = found.page();
        boolean nothing = page.events().isEmpty() && page.complete() && !page.sealed() && !request.backward();
        if (!nothing || request.patience.isZero() || found.gap() != null) {
            return Mono.just(found);
        }
        return stream.subscribe(page.next())
                .filter(request.types)
                .take(1)
                .take(request.patience)
                .takeUntilOther(drain.asMono())
                .then(Mono.defer(() -> {
                    exchange.pass().require(Right.READ, page.stream());
                    return page(stream, request, page.next()).map(later -> new Found(later, null));
                }));
    }
}
