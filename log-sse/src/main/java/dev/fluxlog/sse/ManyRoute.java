package dev.fluxlog.sse;

import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamSignal;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
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
        Selection selection = selection(exchange.query());
        LiveFrames frames = new SseFrames(SseFrames.View.EVENT, Numbering.POSITION, exchange.instance());
        Function<From, Flux<StreamSignal>> signals = from -> log.signals(selection, from);
        return answers.events(
                exchange,
                LiveAnswer.goingOn(exchange, signals, place.from()),
                answers.session(frames, Numbering.POSITION, event -> true, place.exact()));
    }

    /** Lines of JSON. */
    Mono<Void> lines(Exchange exchange) {
        Place place = Place.page(exchange.query(), false);
        Selection selection = selection(exchange.query());
        Flux<? extends StreamSignal> signals = PageRoute.skipsGaps(exchange.query())
                ? log.signals(selection, place.from())
                : log.subscribe(selection, place.from());
        return answers.lines(
                exchange,
                LiveAnswer.untilFailure(exchange, signals),
                answers.session(
                        new NdjsonFrames(Numbering.POSITION, exchange.instance()),
                        Numbering.POSITION,
                        event -> true,
                        place.exact()));
    }

    private Selection selection(Query query) {
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
        return Selection.all()
                .withStreams(Set.copyOf(streams))
                .withPrefix(query.text("prefix"))
                .withTypes(Types.of(query).names());
    }
}
