package dev.fluxlog.sse;

import dev.fluxlog.EventLog;
import dev.fluxlog.LogException;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.access.Right;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * {@code /v1/stream/{name}}: the Durable Streams protocol 1.0 over the same streams as the native routes.
 *
 * <p>Its reserved names, which begin with {@code __ds/}, are not offered.
 */
final class DurableRoute {
    static final String PREFIX = "/v1/stream/";

    static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "DELETE");

    private final EventLog log;
    private final DurableCreate create;
    private final DurableAppend append;
    private final DurableRead read;

    DurableRoute(EventLog log, Bodies bodies, Work work, LiveAnswer live, Drain drain, GatewayOptions options) {
        this.log = log;
        this.create = new DurableCreate(log, bodies, work);
        this.append = new DurableAppend(log, bodies, work);
        this.read = new DurableRead(log, live, drain, work, options);
    }

    Mono<Void> handle(Exchange exchange) {
        exchange.header("Cross-Origin-Resource-Policy", "cross-origin");
        String name = name(exchange.path());
        if (!METHODS.contains(exchange.method())) {
            throw Problems.method(METHODS);
        }
        exchange.pass().require(Routes.right(exchange.method()), name);
        if (exchange.method().equals("POST") || exchange.method().equals("PUT")) {
            requireForClosing(exchange, name);
        }
        Mono<Void> answer = switch (exchange.method()) {
            case "GET" -> read.read(exchange, name);
            case "HEAD" -> head(exchange, name);
            case "POST" -> append.append(exchange, name);
            case "PUT" -> create.create(exchange, name);
            case "DELETE" -> log.stream(name).delete().then(exchange.empty(204));
            default -> throw Problems.method(METHODS);
        };
        return answer.onErrorMap(LogException.UnknownStream.class, DurableRoute::gone);
    }

    /** The stream that a path of this dialect names. */
    static String name(String path) {
        if (!path.startsWith(PREFIX)) {
            throw Problems.invalid(DurableHeaders.FORKED_FROM, path, "the path of a stream on this server");
        }
        String name = Names.stream(path.substring(PREFIX.length()));
        if (name.equals("__ds") || name.startsWith("__ds/")) {
            throw Problems.notFound();
        }
        return name;
    }

    private Mono<Void> head(Exchange exchange, String name) {
        return log.stream(name).info().flatMap(info -> {
            DurableHeaders.describe(exchange, info);
            return exchange.header("Cache-Control", "no-store")
                    .header("Content-Type", content(info).contentType())
                    .empty(200);
        });
    }

    static DurableContent content(StreamInfo info) {
        return new DurableContent(info.settings().contentType());
    }

    /** To end a stream for ever takes the same right here as anywhere. */
    private static void requireForClosing(Exchange exchange, String name) {
        if (DurableHeaders.closes(exchange)) {
            exchange.pass().require(Right.ADMIN, name);
        }
    }

    /** A deleted stream whose events a fork still shares is told apart. */
    private static Throwable gone(LogException.UnknownStream unknown) {
        return unknown.shared()
                ? new Refusal(new Problem("gone", 410, "The stream was deleted", "A fork still shares its events")
                        .fact("stream", unknown.stream()))
                : unknown;
    }

    static Refusal conflict(String detail) {
        return new Refusal(new Problem("conflict", 409, "The request does not fit the stream", detail));
    }
}
