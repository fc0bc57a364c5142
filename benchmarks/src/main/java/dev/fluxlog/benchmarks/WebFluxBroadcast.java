package dev.fluxlog.benchmarks;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServer;

/** The same peer as {@link PlainBroadcast} as one writes it with Spring: routes of WebFlux, its encoder of server-sent events. */
final class WebFluxBroadcast {
    private WebFluxBroadcast() {}

    static void serve(int port) {
        Map<String, Sinks.Many<String>> channels = new ConcurrentHashMap<>();
        Function<ServerRequest, Sinks.Many<String>> channel = request -> channels.computeIfAbsent(
                request.pathVariable("channel"),
                fresh -> Sinks.many().multicast().directBestEffort());
        RouterFunction<ServerResponse> routes = route().GET(
                        "/publish/{channel}",
                        request -> ServerResponse.noContent().build())
                .POST(
                        "/publish/{channel}",
                        request -> request.bodyToMono(String.class)
                                .doOnNext(event -> channel.apply(request)
                                        .emitNext(event, Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(1))))
                                .then(ServerResponse.noContent().build()))
                .GET(
                        "/follow/{channel}",
                        request -> ServerResponse.ok()
                                .contentType(MediaType.TEXT_EVENT_STREAM)
                                .body(BodyInserters.fromServerSentEvents(follow(channel.apply(request)))))
                .build();
        HttpServer.create()
                .host("127.0.0.1")
                .port(port)
                .handle(new ReactorHttpHandlerAdapter(RouterFunctions.toHttpHandler(routes)))
                .bindNow()
                .onDispose()
                .block();
    }

    private static Flux<ServerSentEvent<String>> follow(Sinks.Many<String> channel) {
        return channel.asFlux()
                .map(event -> ServerSentEvent.builder(event).build())
                .startWith(ServerSentEvent.<String>builder().comment("hello").build());
    }
}
