package dev.fluxlog.benchmarks;

import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * The peer that one writes in an afternoon: Reactor Netty, a multicast sink, every subscriber encodes for itself; nothing
 * is stored, and who is slow loses events.
 */
final class PlainBroadcast {
    private PlainBroadcast() {}

    static void serve(int port) {
        Sinks.Many<String> events = Sinks.many().multicast().directBestEffort();
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(port)
                .route(routes -> routes.get(
                                "/publish",
                                (request, response) -> response.status(204).send())
                        .post(
                                "/publish",
                                (request, response) -> request.receive()
                                        .aggregate()
                                        .asString(StandardCharsets.UTF_8)
                                        .doOnNext(event -> events.emitNext(
                                                event,
                                                Sinks.EmitFailureHandler.busyLooping(java.time.Duration.ofSeconds(1))))
                                        .then(Mono.defer(() ->
                                                response.status(204).send().then())))
                        .get(
                                "/follow",
                                (request, response) -> response.sse()
                                        .sendString(events.asFlux()
                                                .map(event -> "data: " + event + "\n\n")
                                                .startWith(": hello\n\n"))))
                .bindNow();
        server.onDispose().block();
    }
}
