package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.access.Right;
import dev.fluxlog.access.Scope;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code GET /events}: many streams on one connection, in the order of commit.
 *
 * <p>Places are positions of the whole log. They are dense whatever is selected, so one number resumes all streams; and
 * since what is selected may be rare, a client is told now and then how far the log has been searched for it.
 */
final class ManyRoute {
    private final EventLog log;
    private final LiveAnswer answers;
    private final GatewayOptions options;

    ManyRoute(EventLog log, LiveAnswer answers, GatewayOptions options) {
        this.log = log;
        this.answers = answers;
        this.options = options;
    }

    /** Server-sent events. No browser is turned away for a place that is wrong: it is told inside. */
    Mono<Void> events(Exchange exchange) {
        Place place = Place.live(exchange.header("Last-Event-ID"), exchange.query());
        Selection selection = selection(exchange);
        Pass pass = exchange.pass();
        return answers.events(
                exchange,
                place,
                new LiveAnswer.Content(
                        frames(exchange.instance()),
                        Numbering.POSITION,
                        readable(pass),
                        stillTheSame(pass),
                        from -> LiveAnswer.goingOn(exchange, behind -> signals(pass, selection, behind), from),
                        mayReadAll(pass, selection) ? sharing(selection) : null));
    }

    /** For who may read all that is selected. */
    private Sharing sharing(Selection selection) {
        return new Sharing(
                selection, Types.ALL, () -> frames(""), Numbering.POSITION, from -> log.signals(selection, from));
    }

    private static LiveFrames frames(String instance) {
        return new SseFrames(SseFrames.View.EVENT, Numbering.POSITION, instance);
    }

    /** Lines of JSON. */
    Mono<Void> lines(Exchange exchange) {
        Place place = Place.page(exchange.query(), false);
        Selection selection = selection(exchange);
        Pass pass = exchange.pass();
        boolean skipGaps = PageRoute.skipsGaps(exchange.query());
        return answers.lines(
                exchange,
                place,
                new LiveAnswer.Content(
                        new NdjsonFrames(Numbering.POSITION, exchange.instance()),
                        Numbering.POSITION,
                        readable(pass),
                        stillTheSame(pass),
                        from -> LiveAnswer.untilFailure(
                                exchange, skipGaps ? signals(pass, selection, from) : untilGap(pass, selection, from)),
                        null));
    }

    /** What may be read of many streams depends on every grant. */
    private static Predicate<Pass> stillTheSame(Pass pass) {
        return now -> now.caller().grants().equals(pass.caller().grants());
    }

    private static Predicate<Event> readable(Pass pass) {
        return event -> pass.mayRead(event.stream());
    }

    /** Events that may not be read are passed over where they are written, so that the place still moves on. */
    private Flux<StreamSignal> signals(Pass pass, Selection selection, From from) {
        return log.signals(selection, from)
                .filter(signal -> !(signal instanceof StreamSignal.Gap gap) || pass.mayRead(gap.stream()));
    }

    /** What is gone of a stream that may not be read is no failure, and not told. */
    private Flux<? extends StreamSignal> untilGap(Pass pass, Selection selection, From from) {
        return mayReadAll(pass, selection)
                ? log.subscribe(selection, from)
                : signals(pass, selection, from).concatMap(this::failing, 1);
    }

    private static boolean mayReadAll(Pass pass, Selection selection) {
        return !selection.streams().isEmpty() || pass.caller().mayAll(Right.READ, new Scope(selection.prefix(), true));
    }

    private Mono<StreamSignal> failing(StreamSignal signal) {
        return signal instanceof StreamSignal.Gap gap
                ? log.stream(gap.stream())
                        .info()
                        .flatMap(info -> Mono.error(new LogException.Trimmed(
                                gap.stream(), gap.from(), info.lowWaterMark(), info.highWaterMark())))
                : Mono.just(signal);
    }

    private Selection selection(Exchange exchange) {
        Query query = exchange.query();
        if (query.has("view") && !query.text("view").equals("event")) {
            throw Problems.invalid("view", query.text("view"), "event: the payload alone does not tell its stream");
        }
        List<String> streams = query.all("stream");
        if (streams.size() > options.selectionStreamsMax()) {
            throw Problems.limit(
                    "stream",
                    Integer.toString(streams.size()),
                    "at most " + options.selectionStreamsMax() + " streams by name; a prefix selects any number");
        }
        Selection selection = Selection.all()
                .withStreams(Set.copyOf(streams))
                .withPrefix(query.text("prefix"))
                .withTypes(Types.of(query).names());
        selection.streams().forEach(stream -> exchange.pass().require(Right.READ, stream));
        return selection;
    }
}
