package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.NewEvent;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class SseTest extends Served {
    private static final String SSE = "Accept: text/event-stream";

    @Override
    GatewayOptions options() {
        return super.options().withHeartbeat(Duration.ofMillis(150));
    }

    @Test
    @Proves({"SUB-18", "SUB-19"})
    void theHeadAndACommentGoOutAtOnceOnASilentStream() {
        append("a", "1");

        Wire wire = connect().send("GET /streams/a", "", SSE);
        Answer head = wire.head();

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(head.header("Cache-Control")).isEqualTo("no-store, no-transform");
        assertThat(head.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(head.header("Content-Encoding")).isEmpty();
        assertThat(wire.until("caught-up")).startsWith(": fluxlog\nretry: 700\n\n");
    }

    @Test
    @Proves({"SUB-2", "SUB-17", "SUB-5"})
    void aClientGoesOnRightBehindTheLastEventItHasSeen() {
        append("a", "1", "2", "3");

        for (int seen = 0; seen <= 3; seen++) {
            Wire wire = connect().send("GET /streams/a?from=1&lastEventId=1", "", SSE, "Last-Event-ID: " + seen);
            wire.head();
            String body = wire.until("event: caught-up\ndata: {\"sequence\":3}\n\n");
            for (int n = 1; n <= 3; n++) {
                assertThat(body.contains("\nid: " + n + "\n\n"))
                        .as("event %s after %s", n, seen)
                        .isEqualTo(n > seen);
            }
        }
    }

    @Test
    @Proves("SUB-6")
    void anEventIsOneFrameWithItsIdLast() {
        now(stream("a").append(NewEvent.json("{\"n\":\n9007199254740993}").withType("t")));

        Wire wire = connect().send("GET /streams/a?from=start", "", SSE);
        wire.head();

        assertThat(wire.until("caught-up"))
                .containsPattern(
                        "\n\ndata: \\{\"stream\":\"a\",\"sequence\":1,\"position\":1,\"time\":\"[^\"]+\",\"type\":\"t\","
                                + "\"key\":\"\",\"headers\":\\{\\},\"contentType\":\"application/json\","
                                + "\"data\":\\{\"n\":9007199254740993\\}\\}\nid: 1\n\n");
    }

    @Test
    void liveEventsFollowHistory() {
        append("a", "1");
        Wire wire = connect().send("GET /streams/a?from=start", "", SSE);
        wire.head();
        wire.until("caught-up");

        append("a", "2", "3");

        assertThat(wire.until("id: 3\n\n")).contains("id: 2\n\n").doesNotContain("id: 1\n");
    }

    @Test
    @Proves("SUB-7")
    void aSilentStreamCarriesHeartbeatsWithTheHighWaterMark() {
        append("a", "1", "2");
        Wire wire = connect().send("GET /streams/a", "", SSE);
        wire.head();

        assertThat(wire.until(": high-water-mark 2\n\n")).contains("caught-up");
        assertThat(wire.until(": high-water-mark 2\n\n")).isEqualTo(": high-water-mark 2\n\n");
    }

    @Test
    @Proves({"SUB-4", "SUB-14"})
    void aClientBelowTheLowWaterMarkIsToldTheExactGap() {
        append("a", "1", "2", "3", "4");
        now(stream("a").trim(3));

        Wire wire = connect().send("GET /streams/a", "", SSE, "Last-Event-ID: 1");
        Answer head = wire.head();

        assertThat(head.status()).isEqualTo(200);
        assertThat(wire.until("id: 4\n\n")).contains("event: gap\ndata: {\"from\":2,\"through\":3,\"next\":4}\n\n");
    }

    @Test
    @Proves("SUB-4")
    void aClientAheadOfTheLogIsToldSoAndGoesOnAtTheTail() {
        append("a", "1");
        Wire wire = connect().send("GET /streams/a", "", SSE, "Last-Event-ID: 9");
        assertThat(wire.head().status()).isEqualTo(200);
        assertThat(wire.until("caught-up"))
                .contains("event: ahead\ndata: {\"requested\":9,\"highWaterMark\":1}\n\nid: 1\n\n");

        append("a", "2");

        assertThat(wire.until("id: 2\n\n")).contains("\"sequence\":2");
    }

    @Test
    @Proves("SUB-21")
    void aSealedStreamEndsTheBodyAndAReconnectAtTheEndFindsNothing() {
        append("a", "1");
        Wire wire = connect().send("GET /streams/a?from=start", "", SSE);
        wire.head();
        wire.until("caught-up");
        now(stream("a").seal());

        assertThat(wire.rest()).endsWith("event: sealed\ndata: {\"highWaterMark\":1}\n\n");
        assertThat(ask("GET /streams/a", SSE, "Last-Event-ID: 1").status()).isEqualTo(204);
        assertThat(ask("GET /streams/a", SSE, "Last-Event-ID: 0").status()).isEqualTo(200);
        assertThat(ask("GET /streams/a", SSE).status()).isEqualTo(204);
    }

    @RepeatedTest(5)
    @Proves("SUB-20")
    void aDrainSaysByeAndWhenToComeBackAndEndsTheBody() {
        append("a", "1");
        Wire wire = connect().send("GET /streams/a", "", SSE);
        wire.head();
        wire.until("caught-up");

        gateway.close().block(PATIENCE);

        assertThat(wire.rest()).containsPattern("retry: [0-9]+\nevent: bye\ndata: \\{\"retry\":[0-9]+\\}\n\n$");
    }

    @Test
    @Proves("SUB-2")
    void aClientThatIsCutAfterAnyEventGetsEveryEventOnce() throws Exception {
        List<Integer> seen = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            append("a", Integer.toString(i));
        }
        while (seen.size() < 30) {
            try (Wire wire = new Wire(gateway.address())) {
                wire.send("GET /streams/a", "", SSE, "Last-Event-ID: " + seen.size());
                wire.head();
                String body = wire.until("\nid: " + (seen.size() + 1) + "\n\n");
                Matcher ids = Pattern.compile("\nid: ([0-9]+)\n").matcher(body);
                assertThat(ids.find()).isTrue();
                seen.add(Integer.valueOf(ids.group(1)));
            }
        }
        assertThat(seen).isEqualTo(IntStream.rangeClosed(1, 30).boxed().toList());
    }

    @Test
    @Proves({"SUB-8", "SUB-21"})
    void aFilteredStreamTellsWhereToResumeAlsoBehindEventsThatWereNotWanted() {
        now(stream("a").append(NewEvent.json("1").withType("x")));
        now(stream("a").append(NewEvent.json("2").withType("y")));
        now(stream("a").append(NewEvent.json("3").withType("x")));
        Wire wire = connect().send("GET /streams/a?from=start&type=y", "", SSE);
        wire.head();

        assertThat(wire.until(": high-water-mark 3\n\nid: 3\n\n"))
                .contains("\"sequence\":2")
                .doesNotContain("\"sequence\":3,\"p");
        now(stream("a").append(NewEvent.json("4").withType("x")));
        now(stream("a").seal());
        assertThat(wire.rest()).endsWith("id: 4\n\nevent: sealed\ndata: {\"highWaterMark\":4}\n\n");
    }

    @Test
    void aClientThatBeginsAtTheTailLearnsWhereThatIs() {
        append("a", "1", "2");
        Wire wire = connect().send("GET /streams/a", "", SSE);
        wire.head();

        assertThat(wire.until("id: 2\n\n")).endsWith("event: caught-up\ndata: {\"sequence\":2}\n\nid: 2\n\n");
    }

    @Test
    @Proves("SUB-9")
    void aStreamThatEndsInAFailureTellsTheProblemInside() {
        append("a", "1");
        Wire wire = connect().send("GET /streams/a", "", SSE);
        wire.head();
        wire.until("caught-up");

        log.close().block(PATIENCE);

        assertThat(wire.rest())
                .contains("event: error\ndata: {\"type\":\"/problems/closed\"")
                .endsWith("}\n\n");
        Answer again = ask("GET /streams/a", SSE, "Last-Event-ID: 1");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).contains("retry: ").contains("/problems/closed");
    }

    @Test
    @Proves("SUB-18")
    void manyClientsThatComeAtOnceAllGetTheirHeadAndEveryEvent() {
        append("a", "1");
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            wires.add(connect().send("GET /streams/a?from=start", "", SSE));
        }
        for (int i = 2; i <= 20; i++) {
            append("a", Integer.toString(i));
        }
        for (Wire wire : wires) {
            assertThat(wire.head().status()).isEqualTo(200);
            String body = wire.until("\nid: 20\n\n");
            assertThat(body.split("\nid: ", -1)).hasSize(21);
        }
    }

    @Test
    void anUnknownStreamIsNotFound() {
        assertThat(ask("GET /streams/a", SSE).status()).isEqualTo(404);
    }
}
