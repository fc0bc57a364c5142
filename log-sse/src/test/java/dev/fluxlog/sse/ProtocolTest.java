package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Version of the protocol and id of the request, in the head of whatever is answered. */
@Proves("FMT-7")
class ProtocolTest extends Served {
    private static final String SSE = "Accept: text/event-stream";

    @BeforeEach
    void fill() {
        append("a", "1");
        append("sealed", "1");
        now(stream("sealed").seal());
    }

    /** Requests that are answered in every way there is: well, empty, open, refused by each part of the gateway. */
    static Stream<List<String>> requests() {
        return Stream.of(
                List.of("GET /streams/a"),
                List.of("HEAD /streams/a"),
                List.of("GET /streams/a", SSE),
                List.of("GET /streams/a?follow=true"),
                List.of("GET /streams/sealed", SSE, "Last-Event-ID: 1"),
                List.of("GET /events", SSE),
                List.of("GET /streams/a", "If-None-Match: *"),
                List.of("GET /streams"),
                List.of("PUT /streams/b"),
                List.of("POST /streams/a", "Content-Type: text/plain"),
                List.of("DELETE /streams/a"),
                List.of("OPTIONS /streams/a"),
                List.of("BREW /streams/a"),
                List.of("GET /v1/stream/a"),
                List.of("GET /healthz"),
                List.of("GET /metrics"),
                List.of("GET /"),
                List.of("GET /nothing"),
                List.of("GET /streams/a?limit=0"),
                List.of("GET /streams/none"),
                List.of("GET /streams/a", "Accept: image/png"),
                List.of("GET /streams/" + "x".repeat(9_000)),
                List.of("GET /streams/a", "X-Long: " + "x".repeat(40_000)),
                List.of("GET /streams/a", "bad name: x"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void everyAnswerNamesTheVersionAndItsRequest(List<String> request) {
        String[] lines = request.subList(1, request.size()).toArray(String[]::new);

        Answer answer = connect().send(request.get(0), "", lines).head();

        assertThat(answer.headers().get("fluxlog-protocol")).containsExactly("1");
        assertThat(answer.header("Request-Id")).matches("[0-9a-f]{16}");
    }

    @ParameterizedTest
    @MethodSource("requests")
    void theIdThatARequestBringsIsTheOneOfItsAnswer(List<String> request) {
        Stream<String> more = Stream.of("Request-Id: Order_17.retry-2");
        String[] lines = Stream.concat(more, request.stream().skip(1)).toArray(String[]::new);

        Answer answer = connect().send(request.get(0), "", lines).head();

        // What was not read as far as the id cannot be answered with it.
        boolean unread = request.stream().anyMatch(line -> line.length() > 8_192);
        assertThat(answer.header("Request-Id")).matches(unread ? "[0-9a-f]{16}" : "Order_17\\.retry-2");
    }

    @Test
    void aProblemNamesTheRequestInsideToo() {
        assertThat(ask("GET /nothing", "Request-Id: 17").body()).contains("\"instance\":\"/requests/17\"");
        assertThat(ask("GET /streams/sealed?from=9", SSE, "Request-Id: 18").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "\"", "../x", "a;b", "\u00fc"})
    void anIdThatCouldNotBeShownIsPassedOver(String id) {
        for (String given : List.of(id, "x".repeat(65))) {
            Answer answer = ask("GET /streams/a", "Request-Id: " + given);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Request-Id")).matches("[0-9a-f]{16}");
        }
    }

    @Test
    void anotherVersionIsRefusedWithBothAndTheSameOneIsTaken() {
        assertThat(ask("GET /streams/a", "Fluxlog-Protocol: 1").status()).isEqualTo(200);

        for (String other : List.of("2", "0", "one", "1.0")) {
            Answer answer = send("POST /streams/a", "text/plain", "x", "Fluxlog-Protocol: " + other);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body())
                    .startsWith("{\"type\":\"/problems/protocol-version\"")
                    .contains("\"given\":\"" + other + "\",\"allowed\":\"1\"");
        }
        assertThat(now(stream("a").info()).highWaterMark()).isEqualTo(1);
    }
}
