package dev.fluxlog.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;

/**
 * The peer that one writes in an afternoon: Reactor Netty, a multicast sink, every subscriber encodes for itself; nothing
 * is stored, and who is slow loses events.
 */
final class PlainBroadcast {
    private PlainBroadcast() {}

    static void serve(int port) {
        Map<String, Sinks.Many<String>> channels = new ConcurrentHashMap<>();
        Function<HttpServerRequest, Sinks.Many<String>> channel = request -> channels.computeIfAbsent(
                request.param("channel"), fresh -> Sinks.many().multicast().directBestEffort());
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(port)
                .route(routes -> routes.get(
                                "/publish/{channel}",
                                (request, response) -> response.status(204).send())
                        .post(
                                "/publish/{channel}",
                                (request, response) -> request.receive()
                                        .aggregate()
                                        .asString(StandardCharsets.UTF_8)
                                        .doOnNext(event -> channel.apply(request)
                                                .emitNext(
                                                        event,
                                                        Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(1))))
                                        .then(Mono.defer(() ->
                                                response.status(204).send().then())))
                        .get(
                                "/follow/{channel}",
                                (request, response) -> response.sse()
                                        .sendString(channel.apply(request)
                                                .asFlux()
                                                .map(event -> "data: " + event + "\n\n")
                                                .startWith(": hello\n\n"))))
                .bindNow();
        server.onDispose().block();
    }
}
