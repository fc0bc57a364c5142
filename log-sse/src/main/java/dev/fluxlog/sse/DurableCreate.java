package dev.fluxlog.sse;

import dev.fluxlog.Beginning;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ForkPoint;
import dev.fluxlog.LogException;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.access.Right;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * {@code PUT /v1/stream/{name}}: a stream comes into being with its settings, its first events and its end, or as a fork,
 * in one commit. One that exists is left as it is, and told whether it is what was asked for.
 */
final class DurableCreate {
    private final EventLog log;
    private final Bodies bodies;
    private final Work work;

    DurableCreate(EventLog log, Bodies bodies, Work work) {
        this.log = log;
        this.bodies = bodies;
        this.work = work;
    }

    Mono<Void> create(Exchange exchange, String name) {
        String contentType = exchange.header("Content-Type");
        if (!contentType.isEmpty() && Media.essence(contentType) == null) {
            throw Problems.invalid("Content-Type", contentType, "a media type");
        }
        StreamSettings asked = StreamSettings.defaults()
                .withContentType(contentType)
                .withTimeToLive(DurableHeaders.timeToLive(exchange));
        boolean closes = DurableHeaders.closes(exchange);
        DurableFork fork = DurableFork.of(exchange);
        if (!fork.isNone()) {
            exchange.pass().require(Right.READ, fork.source());
        }
        EventStream stream = log.stream(name);
        return bodies.read(exchange)
                .flatMap(body -> stream.info()
                        .flatMap(info -> existing(exchange, stream, info, asked, closes, fork))
                        .onErrorResume(
                                LogException.UnknownStream.class,
                                unknown -> unknown.shared()
                                        ? Mono.error(DurableRoute.conflict("A fork shares events of the name"))
                                        : fresh(exchange, stream, asked, closes, fork, body)));
    }

    private Mono<Void> fresh(
            Exchange exchange,
            EventStream stream,
            StreamSettings asked,
            boolean closes,
            DurableFork fork,
            byte[] body) {
        Mono<Beginning> beginning = fork.isNone()
                ? Mono.just(Beginning.with(withType(asked)))
                : fork.beginning(log, asked, DurableHeaders.hasTimeToLive(exchange));
        return beginning
                .flatMap(start -> work.on(body, () -> with(start, body)))
                .map(start -> closes ? start.thenSeal() : start)
                .flatMap(start -> stream.create(start)
                        .onErrorMap(LogException.class, refusal -> refused(refusal, stream.name(), start.fork())))
                .flatMap(creation -> creation.created()
                        ? created(exchange, creation.info())
                        : existing(exchange, stream, creation.info(), asked, closes, fork));
    }

    private static Beginning with(Beginning start, byte[] body) {
        if (body.length == 0) {
            return start;
        }
        List<NewEvent> events = new ArrayList<>(start.events());
        events.addAll(new DurableContent(start.settings().contentType()).events(body));
        return start.withEvents(events);
    }

    private static StreamSettings withType(StreamSettings asked) {
        return asked.contentType().isEmpty() ? asked.withContentType(DurableContent.TYPE_DEFAULT) : asked;
    }

    private static Throwable refused(LogException refusal, String name, ForkPoint fork) {
        if (refusal instanceof LogException.Ahead && !fork.isNone()) {
            return DurableFork.beyond(fork.sequence());
        }
        return refusal instanceof LogException.Conflict
                ? DurableRoute.conflict("The name '" + name + "' has given its offsets to other data")
                : refusal;
    }

    private static Mono<Void> created(Exchange exchange, StreamInfo info) {
        String host = exchange.header("Host");
        return told(exchange, info)
                .header(
                        "Location",
                        (host.isEmpty() ? "" : exchange.request().scheme() + "://" + host) + exchange.path())
                .empty(201);
    }

    private static Mono<Void> existing(
            Exchange exchange,
            EventStream stream,
            StreamInfo info,
            StreamSettings asked,
            boolean closes,
            DurableFork fork) {
        boolean inherits = !fork.isNone();
        DurableContent content = DurableRoute.content(info);
        boolean typeFits = content.accepts(
                asked.contentType().isEmpty() && !inherits ? DurableContent.TYPE_DEFAULT : asked.contentType());
        boolean timeFits = asked.timeToLive().equals(info.settings().timeToLive())
                || (inherits && asked.timeToLive().isUnlimited());
        boolean fits = (typeFits || (inherits && asked.contentType().isEmpty())) && timeFits && closes == info.sealed();
        if (!fits) {
            return Mono.error(Problems.settingsConflict(info.name()));
        }
        return fork.matches(stream, info, content)
                .flatMap(same ->
                        same ? told(exchange, info).empty(200) : Mono.error(Problems.settingsConflict(info.name())));
    }

    private static Exchange told(Exchange exchange, StreamInfo info) {
        DurableHeaders.describe(exchange, info);
        return exchange.header("Content-Type", DurableRoute.content(info).contentType());
    }
}
