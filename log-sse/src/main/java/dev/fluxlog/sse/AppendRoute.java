package dev.fluxlog.sse;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.EventLog;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Transaction;
import dev.fluxlog.TransactionResult;
import dev.fluxlog.access.Right;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import reactor.core.publisher.Mono;

/** {@code POST /streams/{name}} and {@code POST /transactions}. */
final class AppendRoute {
    private static final List<String> TAKEN = List.of(
            Media.JSON, Media.NDJSON, Media.EVENTS, CloudEvents.ONE, CloudEvents.BATCH, "any other single media type");
    private static final String HEADER_PREFIX = "event-header-";

    private final EventLog log;
    private final Bodies bodies;
    private final Work work;
    private final Meters meters;
    private final Attempts attempts = new Attempts();

    AppendRoute(EventLog log, Bodies bodies, Work work, Meters meters) {
        this.log = log;
        this.bodies = bodies;
        this.work = work;
        this.meters = meters;
    }

    Mono<Void> append(Exchange exchange, String stream) {
        String contentType = exchange.header(HttpHeaderNames.CONTENT_TYPE.toString());
        String essence = taken(exchange, contentType);
        AppendOptions options = options(exchange);
        NewEvent template = template(exchange);
        TraceContext trace = TraceContext.of(exchange);
        boolean chunked = exchange.query().flag("chunked");
        if (chunked) {
            if (!essence.equals(Media.NDJSON)) {
                throw Problems.mediaType(List.of(Media.NDJSON));
            }
            return new ChunkedAppend(log.stream(stream), log.options(), bodies.timeMax(), trace.in(template))
                    .run(exchange, options);
        }
        int eventsMax = log.options().batchEventsMax();
        boolean binary = CloudEvents.isBinary(exchange);
        return bodies.read(exchange)
                .flatMap(body -> work.on(body, () -> switch (binary ? "" : essence) {
                    case CloudEvents.ONE, CloudEvents.BATCH -> CloudEvents.structured(body, template, eventsMax);
                    case Media.NDJSON -> NewEvents.lines(template, body, eventsMax);
                    case Media.EVENTS -> envelope(exchange, body, eventsMax);
                    default ->
                        List.of(
                                binary
                                        ? CloudEvents.binary(exchange, template, contentType, body)
                                        : NewEvents.one(template, contentType, body));
                }))
                .map(trace::in)
                .flatMap(events -> {
                    if (events.isEmpty()) {
                        throw Problems.invalid("body", "", "at least one event");
                    }
                    boolean named = binary || essence.startsWith("application/cloudevents");
                    boolean keyless = options.idempotencyKey().isEmpty()
                            && options.producer().isNone();
                    AppendOptions keyed =
                            named && keyless ? options.withIdempotencyKey(CloudEvents.idempotencyKey(events)) : options;
                    return attempts.once(
                            keyed.idempotencyKey(),
                            List.of(stream),
                            log.stream(stream).append(events, keyed));
                })
                .doOnNext(this::count)
                .flatMap(result -> exchange.header("ETag", "\"" + result.last() + "\"")
                        .header("Location", location(result))
                        .json(result.replayed() ? 200 : 201, json -> {
                            json.object();
                            fields(json, result);
                            json.name("position").number(result.position());
                            json.name("replayed").bool(result.replayed());
                            json.end();
                        }));
    }

    Mono<Void> transaction(Exchange exchange) {
        String essence = Media.essence(exchange.header(HttpHeaderNames.CONTENT_TYPE.toString()));
        if (!Media.JSON.equals(essence)) {
            throw Problems.mediaType(List.of(Media.JSON));
        }
        String key = key(exchange);
        TraceContext trace = TraceContext.of(exchange);
        int eventsMax = log.options().batchEventsMax();
        return bodies.read(exchange)
                .flatMap(body ->
                        work.on(body, () -> transaction(body, eventsMax, trace).withIdempotencyKey(key)))
                .doOnNext(transaction ->
                        transaction.appends().forEach(append -> exchange.pass().require(Right.APPEND, append.stream())))
                .flatMap(transaction -> attempts.once(key, streams(transaction), log.commit(transaction)))
                .doOnNext(result -> result.appends().forEach(this::count))
                .flatMap(result -> exchange.json(result.replayed() ? 200 : 201, json -> write(json, result)));
    }

    private static List<String> streams(Transaction transaction) {
        return transaction.appends().stream().map(Transaction.Append::stream).toList();
    }

    private void count(AppendResult result) {
        if (!result.replayed()) {
            meters.appended(result.last() - result.first() + 1);
        }
    }

    private static void write(JsonText json, TransactionResult result) {
        json.object().name("appends").array();
        for (AppendResult append : result.appends()) {
            json.object();
            fields(json, append);
            json.end();
        }
        json.endArray();
        json.name("position").number(result.position());
        json.name("replayed").bool(result.replayed());
        json.end();
    }

    private static void fields(JsonText json, AppendResult result) {
        json.name("stream").string(result.stream());
        json.name("first").number(result.first());
        json.name("last").number(result.last());
    }

    private static Transaction transaction(byte[] body, int eventsMax, TraceContext trace) {
        List<Transaction.Append> appends = new ArrayList<>();
        Json.read("body", body, json -> {
            json.object(name -> {
                if (!name.equals("appends")) {
                    throw json.unknownField(name, "appends");
                }
                json.array(i -> appends.add(share(json, eventsMax, trace)));
            });
            return appends;
        });
        if (appends.isEmpty()) {
            throw Problems.invalid("appends", "", "at least one append");
        }
        try {
            return new Transaction(appends, "");
        } catch (IllegalArgumentException twice) {
            throw Problems.invalid("appends", "", "each stream at most once");
        }
    }

    private static Transaction.Append share(Json json, int eventsMax, TraceContext trace) {
        String[] stream = {""};
        ExpectedSequence[] expected = {ExpectedSequence.any()};
        List<NewEvent> events = new ArrayList<>();
        json.object(name -> {
            switch (name) {
                case "stream" -> stream[0] = json.string();
                case "expected" ->
                    expected[0] = json.isString()
                            ? Expectations.word("expected", json.string())
                            : ExpectedSequence.exactly(json.count());
                case "events" -> events.addAll(NewEvents.array(json, eventsMax));
                default -> throw json.unknownField(name, "stream, expected, events");
            }
        });
        return new Transaction.Append(stream[0], trace.in(events), expected[0]);
    }

    private static List<NewEvent> envelope(Exchange exchange, byte[] body, int eventsMax) {
        if (!exchange.text("Event-Type").isEmpty()
                || !exchange.text("Event-Key").isEmpty()) {
            throw Problems.invalid(
                    "Event-Type", "", "left out: the events of this body have types and keys of their own");
        }
        return NewEvents.array(body, eventsMax);
    }

    /** The media type without its parameters; empty when the request names none. */
    private static String taken(Exchange exchange, String contentType) {
        String coding = exchange.header(HttpHeaderNames.CONTENT_ENCODING.toString());
        String essence = contentType.isEmpty() ? "" : Media.essence(contentType);
        boolean known = essence != null
                && !essence.startsWith("multipart/")
                && (!essence.startsWith("application/cloudevents")
                        || essence.equals(CloudEvents.ONE)
                        || essence.equals(CloudEvents.BATCH))
                && (!essence.startsWith("application/vnd.fluxlog.") || essence.equals(Media.EVENTS));
        if (essence == null || !known || !(coding.isEmpty() || coding.equalsIgnoreCase("identity"))) {
            throw Problems.mediaType(TAKEN);
        }
        return essence;
    }

    private static AppendOptions options(Exchange exchange) {
        return AppendOptions.defaults()
                .withExpected(Expectations.of(exchange))
                .withIdempotencyKey(key(exchange))
                .withProducer(DurableHeaders.producer(exchange));
    }

    /** The key may stand in double quotes, as a structured field does, or not. */
    private static String key(Exchange exchange) {
        String key = exchange.text("Idempotency-Key");
        boolean quoted = key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"");
        return quoted ? key.substring(1, key.length() - 1) : key;
    }

    /** What the request headers say of every event of the body. */
    private static NewEvent template(Exchange exchange) {
        Map<String, String> headers = new TreeMap<>();
        for (Map.Entry<String, String> header : exchange.request().requestHeaders()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(HEADER_PREFIX)) {
                String own = name.substring(HEADER_PREFIX.length());
                String value = Exchange.utf8(name, header.getValue().trim());
                if (own.isEmpty() || own.equals(NewEvent.CONTENT_TYPE) || headers.put(own, value) != null) {
                    throw Problems.invalid(header.getKey(), value, "given once, with a name other than content-type");
                }
            }
        }
        return new NewEvent(exchange.text("Event-Type"), exchange.text("Event-Key"), headers, new byte[0]);
    }

    private static String location(AppendResult result) {
        long count = result.last() - result.first() + 1;
        return Names.path(result.stream()) + "?from=" + result.first() + "&limit=" + Math.max(1, count);
    }
}
