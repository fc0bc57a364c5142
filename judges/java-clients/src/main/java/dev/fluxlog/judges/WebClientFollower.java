package dev.fluxlog.judges;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Follows with WebClient, which reads events and leaves resuming to the application: it remembers the last id, and asks
 * again when the body has ended or the connection is lost.
 */
public final class WebClientFollower {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int EVENT_BYTES_MAX = 4 << 20;
    private static final int NO_CONTENT = 204;

    private WebClientFollower() {}

    /** Comes behind the last event of a stream that is sealed. */
    private static final class End extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    public static void main(String[] words) {
        AtomicReference<String> lastId = new AtomicReference<>("");
        WebClient client = WebClient.builder()
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(EVENT_BYTES_MAX))
                .build();
        Flux.defer(() -> once(client, words[0], String.valueOf(lastId.get())))
                .doOnNext(event -> tell(event, lastId))
                .repeatWhen(ends -> ends.delayElements(PAUSE))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE).filter(failure -> !(failure instanceof End)))
                .onErrorResume(End.class, end -> Mono.fromRunnable(Told::ended))
                .blockLast();
    }

    private static Flux<ServerSentEvent<String>> once(WebClient client, String url, String lastId) {
        WebClient.RequestHeadersSpec<?> request = client.get().uri(url).accept(MediaType.TEXT_EVENT_STREAM);
        if (!lastId.isEmpty()) {
            request = request.header("Last-Event-ID", lastId);
        }
        return request.retrieve()
                .toEntityFlux(new ParameterizedTypeReference<ServerSentEvent<String>>() {})
                .flatMapMany(WebClientFollower::body);
    }

    private static Flux<ServerSentEvent<String>> body(ResponseEntity<Flux<ServerSentEvent<String>>> answer) {
        Flux<ServerSentEvent<String>> body = answer.getBody();
        return answer.getStatusCode().value() == NO_CONTENT || body == null ? Flux.error(new End()) : body;
    }

    private static void tell(ServerSentEvent<String> event, AtomicReference<String> lastId) {
        String id = event.id();
        if (id != null) {
            lastId.set(id);
            String data = event.data();
            Told.message(id, data == null ? "" : data);
        }
    }
}
