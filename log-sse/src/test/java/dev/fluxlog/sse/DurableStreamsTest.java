package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.From;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the Durable Streams dialect adds to its published suite: the same streams as ours, and resuming browsers. */
@Proves("SUB-33")
class DurableStreamsTest extends Served {
    private static final String JSON = "application/json";
    private static final String FIRST = "00000000000000000001";
    private static final String SECOND = "00000000000000000002";

    private Answer put(String name, String contentType, String body, String... lines) {
        return send("PUT /v1/stream/" + name, contentType, body, lines);
    }

    private Answer post(String name, String contentType, String body, String... lines) {
        return send("POST /v1/stream/" + name, contentType, body, lines);
    }

    private Answer get(String name, String query, String... lines) {
        return ask("GET /v1/stream/" + name + query, lines);
    }

    @Test
    void whatIsWrittenThroughOneDialectIsReadThroughTheOther() {
        assertThat(put("a/b", JSON, "[{\"n\":1},2]").status()).isEqualTo(201);
        append("a/b", "{\"n\":3}");
        assertThat(get("a/b", "").body()).isEqualTo("[{\"n\":1},2,{\"n\":3}]");
        assertThat(ask("GET /streams/a/b").body()).contains("\"data\":{\"n\":1}", "\"data\":2", "\"data\":{\"n\":3}");
        List<Event> events =
                now(stream("a/b").read(ReadOptions.forward(From.start())).collectList());
        assertThat(events).extracting(Event::contentType).containsOnly(JSON);
    }

    @Test
    void anEventThatIsNoJsonIsToldAsAStringInAStreamOfJson() {
        put("mixed", JSON, "1");
        now(stream("mixed").append(NewEvent.text("plain \"text\"")));
        now(stream("mixed").append(NewEvent.of(new byte[] {1, 2})));
        assertThat(get("mixed", "").body()).isEqualTo("[1,\"plain \\\"text\\\"\",\"AQI=\"]");
    }

    @Test
    @Proves("STR-24")
    void offsetsAreNotGivenTwiceForAName() {
        assertThat(put("again", "text/plain", "old").header("Stream-Next-Offset"))
                .isEqualTo(SECOND);
        assertThat(ask("DELETE /v1/stream/again").status()).isEqualTo(204);
        assertThat(put("again", "text/plain", "new").header("Stream-Next-Offset"))
                .isEqualTo("00000000000000000003");
        assertThat(get("again", "").body()).isEqualTo("new");
        assertThat(get("again", "?offset=" + FIRST).status()).isEqualTo(410);
        assertThat(get("again", "?offset=" + SECOND).body()).isEqualTo("new");
        assertThat(get("again", "?offset=00000000000000000009").status()).isEqualTo(416);
    }

    @Test
    void aPlainEventSourceResumesOnTheSameUrl() {
        put("es", "text/plain", "one");
        post("es", "text/plain", " two");
        Wire wire = connect().send("GET /v1/stream/es?offset=-1&live=sse", "", "Last-Event-ID: " + SECOND);
        assertThat(wire.head().header("Content-Type")).isEqualTo("text/event-stream");
        String body = wire.until("upToDate");
        assertThat(body)
                .startsWith(": fluxlog\nretry: 700\n\n")
                .contains("event: data\ndata:  two\nid: 00000000000000000003\n\n")
                .doesNotContain("one");
        post("es", "text/plain", "three", "Stream-Closed: true");
        assertThat(wire.until("streamClosed")).contains("data:three\n");
    }

    @Test
    @Proves("SUB-28")
    void theTagOfThePageAtTheTailChangesWithEachAppendAndWithTheEnd() {
        String first =
                put("tags", "text/plain", "a").status() == 201 ? get("tags", "").header("ETag") : "";
        assertThat(get("tags", "", "If-None-Match: " + first).status()).isEqualTo(304);
        post("tags", "text/plain", "b");
        String second = get("tags", "", "If-None-Match: " + first).header("ETag");
        ask("POST /v1/stream/tags", "Stream-Closed: true");
        String third = get("tags", "", "If-None-Match: " + second).header("ETag");
        assertThat(List.of(first, second, third)).doesNotHaveDuplicates().doesNotContain("");
        assertThat(get("tags", "").header("Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    @Proves("SUB-29")
    void aLongPollIsAnsweredWhenAnEventComesOrTheStreamEnds() {
        put("poll", "text/plain", "");
        Wire waiting = connect().send("GET /v1/stream/poll?offset=-1&live=long-poll", "");
        post("poll", "text/plain", "x");
        assertThat(waiting.answer().body()).isEqualTo("x");
        waiting.send("GET /v1/stream/poll?offset=" + SECOND + "&live=long-poll", "");
        ask("POST /v1/stream/poll", "Stream-Closed: true");
        Answer end = waiting.answer();
        assertThat(end.status()).isEqualTo(204);
        assertThat(end.header("Stream-Closed")).isEqualTo("true");
        assertThat(end.header("Stream-Next-Offset")).isEqualTo(SECOND);
    }

    @Test
    @Proves({"STR-25", "STR-26"})
    void producersAreTheSameInBothDialects() {
        put("numbered", "text/plain", "");
        String[] first = {"Producer-Id: p", "Producer-Epoch: 1", "Producer-Seq: 0"};
        assertThat(post("numbered", "text/plain", "a", first).status()).isEqualTo(200);
        Answer again = send("POST /streams/numbered", "text/plain", "a", first);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).contains("\"replayed\":true");
        Answer fenced = send(
                "POST /streams/numbered", "text/plain", "b", "Producer-Id: p", "Producer-Epoch: 0", "Producer-Seq: 1");
        assertThat(fenced.status()).isEqualTo(403);
        assertThat(fenced.body()).contains("/problems/producer-fenced", "\"currentEpoch\":1");
        Answer gap = send(
                "POST /streams/numbered", "text/plain", "b", "Producer-Id: p", "Producer-Epoch: 1", "Producer-Seq: 4");
        assertThat(gap.status()).isEqualTo(409);
        assertThat(gap.body()).contains("/problems/producer-gap", "\"expected\":1", "\"received\":4");
    }

    @Test
    void namesOfTheProtocolItselfAreNotOffered() {
        assertThat(ask("GET /v1/stream/__ds/subscriptions/x").status()).isEqualTo(404);
        assertThat(put("__ds", "text/plain", "").status()).isEqualTo(404);
    }

    @Test
    void anAppendToAStreamThatIsNotThereDoesNotMakeIt() {
        assertThat(post("missing", "text/plain", "x").status()).isEqualTo(404);
        assertThat(get("missing", "").status()).isEqualTo(404);
    }

    @Test
    void bytesComeBackAsTheyWere() {
        now(stream("bytes").append(NewEvent.of("\u0001\u0002".getBytes(StandardCharsets.ISO_8859_1))));
        Answer answer = get("bytes", "");
        assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(answer.body()).isEqualTo("\u0001\u0002");
    }
}
