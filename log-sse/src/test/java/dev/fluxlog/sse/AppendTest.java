package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AppendTest extends Served {

    @Test
    void aJsonValueBecomesTheDataOfOneEvent() {
        Answer answer = send(
                "POST /streams/orders/17",
                "application/json",
                " {\"n\": 9007199254740993,\n \"z\":-0.0}\n",
                "Event-Type: paid",
                "Event-Key: 17",
                "Event-Header-Trace: abc");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body())
                .isEqualTo("{\"stream\":\"orders/17\",\"first\":1,\"last\":1,\"position\":1,\"replayed\":false}");
        assertThat(answer.header("ETag")).isEqualTo("\"1\"");
        assertThat(answer.header("Location")).isEqualTo("/streams/orders/17?from=1&limit=1");
        assertThat(answer.header("Request-Id")).matches("[0-9a-f]{16}");
        Event event = events("orders/17").get(0);
        assertThat(new String(event.data(), StandardCharsets.UTF_8))
                .isEqualTo("{\"n\": 9007199254740993,\n \"z\":-0.0}");
        assertThat(event.type()).isEqualTo("paid");
        assertThat(event.key()).isEqualTo("17");
        assertThat(event.headers()).isEqualTo(Map.of("trace", "abc", "content-type", "application/json"));
    }

    @Test
    void anyOtherSingleTypeIsKeptByteByByte() {
        assertThat(send("POST /streams/a", "text/plain", "line\r\n\u00e9").status())
                .isEqualTo(201);
        assertThat(send("POST /streams/a", "application/x-thing", "{").status()).isEqualTo(201);

        assertThat(events("a").get(0).data()).isEqualTo("line\r\n\u00e9".getBytes(StandardCharsets.UTF_8));
        assertThat(events("a").get(0).contentType()).isEqualTo("text/plain");
        assertThat(events("a").get(1).contentType()).isEqualTo("application/x-thing");
    }

    @Test
    void theLinesOfOneBodyAreOneBatch() {
        Answer good = send("POST /streams/a", "application/x-ndjson", "{\"a\":1}\r\n\n 2 \n\"three\"");
        Answer bad = send("POST /streams/a", "application/x-ndjson", "4\n{\n5\n");

        assertThat(good.body()).contains("\"first\":1,\"last\":3");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.body()).contains("line 2");
        assertThat(events("a"))
                .extracting(event -> new String(event.data(), StandardCharsets.UTF_8))
                .containsExactly("{\"a\":1}", "2", "\"three\"");
    }

    @Test
    void anArrayOfEventsCarriesTypesKeysHeadersAndEveryKindOfData() {
        Answer answer = send("POST /streams/a", "application/vnd.fluxlog.events+json", """
                [{"type":"t","key":"k","headers":{"h":"v"},"data":{"deep":[1.50, "x"]}},
                 {"data":"text","contentType":"text/plain"},
                 {"dataBase64":"AAE=","contentType":"image/png"},
                 {"data":"json string"},
                 {"data":-0.0},{"data":1e400},{"data":null},{"data":[]},
                 {}]""");

        assertThat(answer.body()).contains("\"first\":1,\"last\":9");
        List<Event> events = events("a");
        assertThat(events)
                .extracting(event -> new String(event.data(), StandardCharsets.ISO_8859_1))
                .containsExactly(
                        "{\"deep\":[1.50, \"x\"]}",
                        "text",
                        "\u0000\u0001",
                        "\"json string\"",
                        "-0.0",
                        "1e400",
                        "null",
                        "[]",
                        "");
        assertThat(events.get(0).headers()).containsEntry("h", "v").containsEntry("content-type", "application/json");
        assertThat(events.get(1).contentType()).isEqualTo("text/plain");
    }

    @Test
    @Proves("SUB-27")
    void anExpectationThatDoesNotHoldIsAnsweredWithTheActualSequence() {
        append("a", "1", "2");

        Answer match = send("POST /streams/a", "application/json", "3", "If-Match: \"1\"");
        Answer header = send("POST /streams/a", "application/json", "3", "Expected-Sequence: 1");
        Answer none = send("POST /streams/a", "application/json", "3", "If-None-Match: *");

        for (Answer answer : List.of(match, header, none)) {
            assertThat(answer.status()).isEqualTo(412);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.body())
                    .contains("/problems/conflict")
                    .contains("\"stream\":\"a\"")
                    .contains("\"actual\":2");
        }
        assertThat(match.body()).contains("\"expected\":1");
        assertThat(none.body()).contains("\"expected\":\"none\"");
        assertThat(send("POST /streams/a", "application/json", "3", "If-Match: \"2\"")
                        .status())
                .isEqualTo(201);
        assertThat(send("POST /streams/b", "application/json", "1", "Expected-Sequence: none")
                        .status())
                .isEqualTo(201);
        assertThat(events("a")).hasSize(3);
    }

    @Test
    @Proves("SUB-27")
    void aStarExpectsThatTheStreamExists() {
        for (String line : List.of("If-Match: *", "Expected-Sequence: existing")) {
            Answer none = send("POST /streams/none", "application/json", "1", line);
            assertThat(none.status()).isEqualTo(412);
            assertThat(none.body()).contains("\"expected\":\"existing\"");
        }
        append("a", "1");

        assertThat(send("POST /streams/a", "application/json", "2", "If-Match: *")
                        .status())
                .isEqualTo(201);
        assertThat(send("PATCH /streams/a", "application/merge-patch+json", "{\"lowWaterMark\":2}", "If-Match: *")
                        .status())
                .isEqualTo(200);
        assertThat(ask("DELETE /streams/a", "If-Match: *").status()).isEqualTo(204);
        assertThat(send("POST /streams/a", "application/json", "3", "If-Match: *")
                        .status())
                .isEqualTo(412);
    }

    @Test
    @Proves("SUB-27")
    void aRepeatWithTheSameKeyAnswersTheFirstNumbersAndOtherContentIsRefused() {
        Answer first = send("POST /streams/a", "application/json", "1", "Idempotency-Key: k-1");
        append("a", "2");
        Answer again = send("POST /streams/a", "application/json", "1", "Idempotency-Key: \"k-1\"");
        Answer other = send("POST /streams/a", "application/json", "9", "Idempotency-Key: k-1");

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body())
                .isEqualTo("{\"stream\":\"a\",\"first\":1,\"last\":1,\"position\":1,\"replayed\":true}");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.body()).contains("/problems/idempotency-mismatch").contains("\"key\":\"k-1\"");
        assertThat(events("a")).hasSize(2);
    }

    @Test
    void aLongBodyOfLinesIsCommittedInChunksAndEachIsAcknowledged() {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 1_200; i++) {
            body.append(i).append('\n');
        }

        Answer answer = send("POST /streams/a?chunked=true", "application/x-ndjson", body.toString());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().lines())
                .containsExactly(
                        "{\"stream\":\"a\",\"first\":1,\"last\":500,\"position\":500}",
                        "{\"stream\":\"a\",\"first\":501,\"last\":1000,\"position\":1000}",
                        "{\"stream\":\"a\",\"first\":1001,\"last\":1200,\"position\":1200}",
                        "{\"complete\":true,\"events\":1200}");
    }

    @Test
    void aChunkedAppendThatMeetsABadLineTellsWhichAndKeepsWhatItAcknowledged() {
        String body = "1\n".repeat(500) + "2\n{\n";

        Answer answer = send("POST /streams/a?chunked=true", "application/x-ndjson", body);

        assertThat(answer.body().lines().toList().get(0)).contains("\"last\":500");
        assertThat(answer.body().lines().toList().get(1))
                .contains("{\"problem\":{")
                .contains("line 502");
        assertThat(now(stream("a").info()).highWaterMark()).isEqualTo(500);
    }

    @Test
    void aTransactionTakesEffectInAllItsStreamsOrInNone() {
        append("b", "1");
        Answer good = send("POST /transactions", "application/json", """
                {"appends":[{"stream":"a","expected":"none","events":[{"data":1},{"data":2}]},
                            {"stream":"b","expected":1,"events":[{"type":"t","data":{}}]}]}""");
        Answer bad = send("POST /transactions", "application/json", """
                {"appends":[{"stream":"a","events":[{"data":3}]},{"stream":"b","expected":1,"events":[{"data":3}]}]}""");

        assertThat(good.status()).isEqualTo(201);
        assertThat(good.body())
                .isEqualTo("{\"appends\":[{\"stream\":\"a\",\"first\":1,\"last\":2},"
                        + "{\"stream\":\"b\",\"first\":2,\"last\":2}],\"position\":4,\"replayed\":false}");
        assertThat(bad.status()).isEqualTo(412);
        assertThat(bad.body()).contains("\"stream\":\"b\"").contains("\"actual\":2");
        assertThat(events("a")).hasSize(2);
    }

    @Test
    void aSealedStreamRefusesAppends() {
        append("a", "1");
        now(stream("a").seal());

        Answer answer = send("POST /streams/a", "application/json", "2");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body()).contains("/problems/stream-sealed").contains("\"highWaterMark\":1");
    }

    private List<Event> events(String name) {
        return now(stream(name)
                .read(ReadOptions.forward(From.start()))
                .onErrorComplete(LogException.UnknownStream.class)
                .collectList());
    }
}
