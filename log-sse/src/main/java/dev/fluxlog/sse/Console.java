package dev.fluxlog.sse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** The page at {@code /} and the descriptions: class-path resources, read once, that need nothing from elsewhere. */
final class Console {
    private static final Map<String, String> FILES = Map.of(
            "/", "console.html",
            "/console.css", "console.css",
            "/console.js", "console.js",
            "/openapi.yaml", "openapi.yaml",
            "/asyncapi.yaml", "asyncapi.yaml");
    private static final Map<String, String> TYPES = Map.of(
            "/", "text/html; charset=utf-8",
            "/console.css", "text/css; charset=utf-8",
            "/console.js", "text/javascript; charset=utf-8",
            "/openapi.yaml", "application/yaml",
            "/asyncapi.yaml", "application/yaml");

    private final Map<String, byte[]> contents;

    Console() {
        this.contents = FILES.keySet().stream().collect(Collectors.toUnmodifiableMap(path -> path, Console::resource));
    }

    boolean has(String path) {
        return contents.containsKey(path);
    }

    Mono<Void> send(Exchange exchange, String path) {
        exchange.header(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
                                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-cache");
        byte[] content = contents.getOrDefault(path, new byte[0]);
        return exchange.body(200, TYPES.getOrDefault(path, ""), out -> out.writeBytes(content));
    }

    private static byte[] resource(String path) {
        try (InputStream in = Console.class.getResourceAsStream(FILES.get(path))) {
            if (in == null) {
                throw new IllegalStateException("the console page is not in the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
