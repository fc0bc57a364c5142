package dev.fluxlog.sse;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.LogException;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Producer;
import dev.fluxlog.StreamInfo;
import java.util.List;
import reactor.core.publisher.Mono;

/** {@code POST /v1/stream/{name}}: appends, closes, or both at once. */
final class DurableAppend {
    private final EventLog log;
    private final Bodies bodies;
    private final Work work;

    DurableAppend(EventLog log, Bodies bodies, Work work) {
        this.log = log;
        this.bodies = bodies;
        this.work = work;
    }

    /** What was asked for. */
    private record Request(byte[] body, String contentType, Producer producer, String ordinal, boolean closes) {

        boolean closesOnly() {
            return closes && body.length == 0;
        }

        AppendOptions options() {
            AppendOptions options = AppendOptions.defaults()
                    .withExpected(ExpectedSequence.existing())
                    .withProducer(producer)
                    .withOrdinal(ordinal);
            return closes ? options.thenSeal() : options;
        }
    }

    Mono<Void> append(Exchange exchange, String name) {
        EventStream stream = log.stream(name);
        Producer producer = DurableHeaders.producer(exchange);
        String contentType = exchange.header("Content-Type");
        String ordinal = exchange.text(DurableHeaders.SEQ);
        boolean closes = DurableHeaders.closes(exchange);
        return bodies.read(exchange)
                .map(body -> new Request(body, contentType, producer, ordinal, closes))
                .flatMap(request -> stream.info()
                        .flatMap(info -> work.on(request.body(), () -> events(request, info)))
                        .flatMap(events -> stream.append(events, request.options()))
                        .flatMap(result -> appended(exchange, stream, request, result))
                        .onErrorResume(LogException.class, refusal -> refused(exchange, stream, request, refusal)));
    }

    private static List<NewEvent> events(Request request, StreamInfo info) {
        if (request.closesOnly()) {
            return List.of();
        }
        if (request.body().length == 0) {
            throw Problems.invalid("body", "", "not empty, unless the stream is closed");
        }
        if (request.contentType().isEmpty()) {
            throw Problems.invalid("Content-Type", "", "given");
        }
        DurableContent content = DurableRoute.content(info);
        if (!content.accepts(request.contentType())) {
            // That the stream is closed is the more useful answer.
            throw info.sealed()
                    ? new LogException.StreamSealed(info.name(), info.highWaterMark())
                    : DurableRoute.conflict("The content type of the stream is " + content.contentType());
        }
        List<NewEvent> events = content.events(request.body());
        if (events.isEmpty()) {
            throw Problems.invalid("body", "[]", "an array with at least one value");
        }
        return events;
    }

    private static Mono<Void> appended(Exchange exchange, EventStream stream, Request request, AppendResult result) {
        Producer producer = request.producer();
        boolean isNew = !producer.isNone() && !result.replayed() && !request.closesOnly();
        if (!producer.isNone()) {
            exchange.header(DurableHeaders.PRODUCER_EPOCH, Long.toString(producer.epoch()))
                    .header(DurableHeaders.PRODUCER_SEQ, Long.toString(result.producerSequence()));
        }
        if (result.replayed()) {
            return stream.info().flatMap(info -> told(exchange, info).empty(204));
        }
        if (request.closes()) {
            exchange.header(DurableHeaders.CLOSED, "true");
        }
        return exchange.header(DurableHeaders.NEXT_OFFSET, DurableOffset.after(result.last()))
                .empty(isNew ? 200 : 204);
    }

    private static Exchange told(Exchange exchange, StreamInfo info) {
        if (info.sealed()) {
            exchange.header(DurableHeaders.CLOSED, "true");
        }
        return exchange.header(DurableHeaders.NEXT_OFFSET, DurableOffset.after(info.highWaterMark()));
    }

    private static Mono<Void> refused(Exchange exchange, EventStream stream, Request request, LogException refusal) {
        if (refusal instanceof LogException.StreamSealed sealed) {
            exchange.header(DurableHeaders.CLOSED, "true")
                    .header(DurableHeaders.NEXT_OFFSET, DurableOffset.after(sealed.highWaterMark()));
            boolean wasAskedFor = request.closesOnly() && request.producer().isNone();
            return wasAskedFor ? exchange.empty(204) : Mono.error(refusal);
        }
        if (refusal instanceof LogException.ProducerFenced fenced) {
            exchange.header(DurableHeaders.PRODUCER_EPOCH, Long.toString(fenced.currentEpoch()));
        }
        if (refusal instanceof LogException.ProducerGap gap) {
            if (gap.expected() == 0 && gap.received().epoch() > 0) {
                return Mono.error(Problems.invalid(
                        DurableHeaders.PRODUCER_SEQ,
                        Long.toString(gap.received().sequence()),
                        "0 in a new epoch"));
            }
            exchange.header(DurableHeaders.PRODUCER_EXPECTED_SEQ, Long.toString(gap.expected()))
                    .header(
                            DurableHeaders.PRODUCER_RECEIVED_SEQ,
                            Long.toString(gap.received().sequence()));
        }
        // Deleted since it was looked at: looking again says how.
        return refusal instanceof LogException.Conflict
                ? stream.info().then(Mono.error(new LogException.UnknownStream(stream.name())))
                : Mono.error(refusal);
    }
}
