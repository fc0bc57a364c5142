package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.From;
import dev.fluxlog.ReadOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest extends Served {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String OTHER = "00-4bf92f3577b34da6a3ce929d0e0e4736-b7ad6b7169203331-00";
    private static final String HEADER = "traceparent: " + PARENT;
    private static final Map<String, String> HEADERS =
            Map.of("traceparent", PARENT, "tracestate", "congo=t61,rojo=00f");

    @Test
    void whatAnAppendCameWithIsAHeaderOfEachOfItsEventsAndIsGivenOutAgain() {
        String[] lines = {HEADER, "tracestate: congo=t61", "tracestate: rojo=00f"};
        send("POST /streams/a", "application/json", "1", lines);
        send("POST /streams/a", "application/x-ndjson", "2\n3\n", lines);
        send("POST /streams/a?chunked=true", "application/x-ndjson", "4\n", lines);
        send("POST /streams/a", "application/vnd.fluxlog.events+json", "[{\"data\":5}]", lines);
        send(
                "POST /transactions",
                "application/json",
                "{\"appends\":[{\"stream\":\"a\",\"events\":[{\"data\":6}]}]}",
                lines);

        assertThat(headers("a")).hasSize(6).allMatch(HEADERS::equals);
        String told = "\"headers\":{\"traceparent\":\"" + PARENT + "\",\"tracestate\":\"congo=t61,rojo=00f\"}";
        assertThat(ask("GET /streams/a").body()).contains(told);
        assertThat(ask("GET /streams/a", "Accept: application/x-ndjson").body()).contains(told);
        assertThat(ask("GET /streams/a", "Accept: application/cloudevents-batch+json")
                        .body())
                .contains("\"traceparent\":\"" + PARENT + "\",\"tracestate\":\"congo=t61,rojo=00f\"");
        Wire live = connect().send("GET /streams/a?from=start", "", "Accept: text/event-stream");
        live.head();
        assertThat(live.until("caught-up")).contains(told);
    }

    @Test
    void aRepeatFromAnotherStepOfTheTraceIsARepeat() {
        Answer first = send("POST /streams/a", "application/json", "1", "Idempotency-Key: k", HEADER);
        Answer again = send("POST /streams/a", "application/json", "1", "Idempotency-Key: k", "traceparent: " + OTHER);
        Answer without = send("POST /streams/a", "application/json", "1", "Idempotency-Key: k");
        Answer different = send("POST /streams/a", "application/json", "2", "Idempotency-Key: k", HEADER);

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(without.status()).isEqualTo(200);
        assertThat(different.status()).isEqualTo(422);
        assertThat(headers("a")).containsExactly(Map.of("traceparent", PARENT));
    }

    @Test
    void anEventWithSuchAHeaderOfItsOwnKeepsIt() {
        send(
                "POST /streams/a",
                "application/vnd.fluxlog.events+json",
                "[{\"headers\":{\"traceparent\":\"mine\"},\"data\":1},{\"headers\":{\"x\":\"y\"},\"data\":2}]",
                HEADER,
                "tracestate: a=b");
        send("POST /streams/a", "application/json", "3", "Event-Header-traceparent: mine", HEADER);

        assertThat(headers("a"))
                .containsExactly(
                        Map.of("traceparent", "mine"),
                        Map.of("traceparent", PARENT, "tracestate", "a=b", "x", "y"),
                        Map.of("traceparent", "mine"));
    }

    @Test
    void aStateIsKeptUpToItsBoundAndDroppedBeyond() {
        String most = IntStream.range(0, 4)
                .mapToObj(i -> "k" + i + "=" + "v".repeat(252))
                .collect(Collectors.joining(","));
        assertThat(TraceContext.of(PARENT, most).headers()).containsEntry("tracestate", most);
        assertThat(most).hasSize(1_023);
        assertThat(TraceContext.of(PARENT, most.replace("k0", "k00")).headers()).containsKey("tracestate");
        assertThat(TraceContext.of(PARENT, most.replace("k0", "k000")).headers())
                .isEqualTo(Map.of("traceparent", PARENT));
        assertThat(TraceContext.of(PARENT, most + ",").headers()).containsEntry("tracestate", most);
    }

    @Test
    void anEventWithAStateOfItsOwnGetsNoParentOfAnother() {
        send(
                "POST /streams/a",
                "application/vnd.fluxlog.events+json",
                "[{\"headers\":{\"tracestate\":\"a=b\"},\"data\":1}]",
                HEADER);

        assertThat(headers("a")).containsExactly(Map.of("tracestate", "a=b"));
    }

    @Test
    void whatIsGivenTwiceIsDroppedAndTheAppendIsTaken() {
        assertThat(send("POST /streams/a", "application/json", "1", HEADER, "traceparent: " + OTHER, "tracestate: a=b")
                        .status())
                .isEqualTo(201);

        assertThat(headers("a")).containsExactly(Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
                "\r\nX: y"
            })
    void whatIsNoParentIsDroppedWithItsState(String parent) {
        assertThat(TraceContext.of(parent, "a=b").headers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PARENT,
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes-later"
            })
    void ofALaterVersionIsKeptWhatIsKnown(String parent) {
        assertThat(TraceContext.of(parent, "").headers()).isEqualTo(Map.of("traceparent", PARENT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "a=b|a=b",
                "a=b , ,\tc=d|a=b,c=d",
                "fw529a3039@dt=FfffffeC:1;x y|fw529a3039@dt=FfffffeC:1;x y",
                "0tenant@system=1|0tenant@system=1",
                "a-_*/z=1|a-_*/z=1",
                "''|none",
                "a|none",
                "=b|none",
                "a=|none",
                "A=b|none",
                "0a=b|none",
                "a@0b=c|none",
                "a@b@c=d|none",
                "a=b=c|none",
                "a=b,a=c|none",
                "a=\u00e9|none",
                "a=b\u0001;c|none"
            })
    void aStateIsAListOfMembersOrNothing(String state, @org.jspecify.annotations.Nullable String kept) {
        assertThat(TraceContext.of(PARENT, state).headers().get("tracestate")).isEqualTo(kept);
    }

    @Test
    void aStateHasAtMost32Members() {
        assertThat(TraceContext.of(PARENT, members(32)).headers()).containsEntry("tracestate", members(32));
        assertThat(TraceContext.of(PARENT, members(33)).headers()).containsOnlyKeys("traceparent");
        assertThat(TraceContext.of(PARENT, "k" + "x".repeat(255) + "=" + "v".repeat(256))
                        .headers())
                .containsKey("tracestate");
        assertThat(TraceContext.of(PARENT, "k" + "x".repeat(256) + "=v").headers())
                .doesNotContainKey("tracestate");
        assertThat(TraceContext.of(PARENT, "k=" + "v".repeat(257)).headers()).doesNotContainKey("tracestate");
    }

    private static String members(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
    }

    private List<Map<String, String>> headers(String stream) {
        return now(stream(stream).read(ReadOptions.forward(From.start())).collectList()).stream()
                .map(TraceContextTest::own)
                .toList();
    }

    private static Map<String, String> own(Event event) {
        Map<String, String> own = new java.util.TreeMap<>(event.headers());
        own.remove("content-type");
        return own;
    }
}
