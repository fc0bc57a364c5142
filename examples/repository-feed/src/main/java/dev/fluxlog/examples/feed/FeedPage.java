package dev.fluxlog.examples.feed;

import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/** Serves the page, and passes what it reads from the log on to the gateway, so that both have one origin. */
final class FeedPage {
    private static final Map<String, String> FILES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "feed.css", "text/css; charset=utf-8",
            "feed.js", "text/javascript; charset=utf-8");

    private final HttpClient gateway;

    FeedPage(InetSocketAddress gateway) {
        this.gateway = HttpClient.create().host(gateway.getHostString()).port(gateway.getPort());
    }

    /** @param port 0 for any free one */
    Mono<? extends DisposableServer> start(int port) {
        return HttpServer.create()
                .host("127.0.0.1")
                .port(port)
                .route(this::routes)
                .bind();
    }

    private void routes(HttpServerRoutes routes) {
        routes.get("/", (request, response) -> file(response, "index.html"));
        for (String name : FILES.keySet()) {
            routes.get("/" + name, (request, response) -> file(response, name));
        }
        routes.get("/streams/**", this::pass);
    }

    private static Publisher<Void> file(HttpServerResponse response, String name) {
        try (InputStream resource = FeedPage.class.getResourceAsStream(name)) {
            if (resource == null) {
                return response.sendNotFound();
            }
            String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
            return response.header("Content-Type", FILES.getOrDefault(name, "text/plain"))
                    .header("Cache-Control", "no-cache")
                    .header("Content-Security-Policy", "default-src 'self'; img-src data:")
                    .sendString(Mono.just(text));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Publisher<Void> pass(HttpServerRequest request, HttpServerResponse response) {
        return gateway.headers(headers -> copy(request.requestHeaders(), headers, "Accept", "Last-Event-ID"))
                .get()
                .uri(request.uri())
                .response((answer, content) -> {
                    response.status(answer.status());
                    copy(
                            answer.responseHeaders(),
                            response.responseHeaders(),
                            "Content-Type",
                            "Cache-Control",
                            "X-Accel-Buffering");
                    return response.send(content.retain(), buffer -> true);
                });
    }

    private static void copy(HttpHeaders from, HttpHeaders to, String... names) {
        for (String name : names) {
            String value = from.get(name);
            if (value != null) {
                to.set(name, value);
            }
        }
    }
}
