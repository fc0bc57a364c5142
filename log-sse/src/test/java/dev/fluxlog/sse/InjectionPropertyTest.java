package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Events made of what could end a line, a field or a head, and all the ways in which they leave. */
@Proves("SEC-5")
class InjectionPropertyTest extends Served {
    private static final int EVENTS = 120;
    private static final String NAME = "a \"<b>;,'c=\u00e4\u2028";
    private static final String PATH = "/streams/a%20%22%3Cb%3E%3B%2C%27c%3D%C3%A4%E2%80%A8";
    private static final String SSE = "Accept: text/event-stream";
    private static final List<String> PARTS = List.of(
            "\n",
            "\r",
            "\r\n",
            "\u0000",
            "\n\n",
            "id: 3",
            "data: x",
            "event: evil",
            "retry: 1",
            ": evil",
            "X-Evil: 1",
            "\r\nX-Evil: 1\r\n",
            "\u2028",
            "\u0085",
            "\ud83d\ude00",
            "a",
            "\"",
            "\\",
            " ",
            "{",
            "}");
    private static final Set<String> HEADERS = Set.of(
            "cache-control",
            "connection",
            "content-length",
            "content-type",
            "date",
            "etag",
            "fluxlog-protocol",
            "high-water-mark",
            "link",
            "low-water-mark",
            "request-id",
            "stream-content-type",
            "stream-cursor",
            "stream-next-offset",
            "stream-sealed",
            "stream-up-to-date",
            "transfer-encoding",
            "vary",
            "x-accel-buffering",
            "x-content-type-options",
            "stream-sse-data-encoding",
            "cross-origin-resource-policy");

    private final Random random = new Random(Long.getLong("fluxlog.test.seed", 1));

    @Override
    GatewayOptions options() {
        return super.options().withAccessLog(true).withHeartbeat(Duration.ofMillis(300));
    }

    @BeforeEach
    void fill() {
        now(stream(NAME).create(StreamSettings.defaults().withContentType("text/plain\r\nX-Evil: 1")));
        for (int i = 0; i < EVENTS; i++) {
            NewEvent event = new NewEvent(
                    some(),
                    some(),
                    random.nextBoolean()
                            ? Map.of()
                            : Map.of("h" + some(), some(), NewEvent.CONTENT_TYPE, "text/plain" + some()),
                    some().getBytes(StandardCharsets.UTF_8));
            now(stream(NAME)
                    .append(random.nextBoolean() ? event : NewEvent.text(some()).withType(some())));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson", "application/cloudevents-batch+json"})
    @Proves("SUB-30")
    void aPageIsJsonWithALineForEachEventWhereLinesAreAskedFor(String type) {
        Answer page = ask("GET " + PATH + "?limit=1000", "Accept: " + type);

        assertThat(page.headers().keySet()).isSubsetOf(HEADERS);
        assertThat(page.header("Stream-Content-Type")).isEmpty();
        List<String> lines = List.of(page.body().split("\n", -1));
        if (type.equals("application/x-ndjson")) {
            assertThat(lines).hasSize(EVENTS + 1).last().isEqualTo("");
            lines = lines.subList(0, EVENTS);
        } else {
            assertThat(lines).hasSize(1);
        }
        for (String line : lines) {
            assertThat(line.chars()).noneMatch(c -> c < ' ');
            assertThat(Json.isValue(line.getBytes(StandardCharsets.UTF_8))).isTrue();
        }
    }

    @Test
    @Proves("SUB-30")
    void linesThatStayOpenHoldOneEventEach() {
        Wire wire = connect().send("GET " + PATH + "?follow=true", "");
        assertThat(wire.head().headers().keySet()).isSubsetOf(HEADERS);

        List<String> lines = List.of(wire.until("\"sequence\":" + EVENTS + ",").split("\n"));
        assertThat(lines.get(0)).isEmpty();
        for (int i = 1; i < EVENTS; i++) {
            assertThat(lines.get(i)).contains("\"sequence\":" + i + ",").doesNotContain("\r");
            assertThat(Json.isValue(lines.get(i).getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&view=data", "&type=none"})
    @Proves("SUB-15")
    void anEventStreamHasAFrameForEachEventInOnePieceWithItsIdLast(String query) {
        Wire wire = connect().send("GET " + PATH + "?from=start" + query, "", SSE);
        assertThat(wire.head().headers().keySet()).isSubsetOf(HEADERS);
        StringBuilder body = new StringBuilder();
        while (body.indexOf("event: caught-up\ndata: {\"sequence\":" + EVENTS + "}\n\n") < 0) {
            String piece = wire.part();
            assertThat(piece).endsWith("\n\n").doesNotContain("\r");
            body.append(piece);
        }

        List<Long> ids = new ArrayList<>();
        for (String frame : body.toString().split("\n\n")) {
            List<String> lines = List.of(frame.split("\n", -1));
            assertThat(lines)
                    .allMatch(line -> line.matches("(?s)(data: .*|event: .*|id: [0-9]{1,19}|retry: [0-9]+|: .*)"));
            long named = lines.stream().filter(line -> line.startsWith("id: ")).count();
            boolean control =
                    lines.stream().noneMatch(line -> line.startsWith("data: ")) || frame.contains("event: caught-up");
            assertThat(named).as(frame).isEqualTo(control ? 0 : 1);
            if (named == 1) {
                String last = lines.get(lines.size() - 1);
                assertThat(last).matches("id: [0-9A-Za-z_.-]{1,128}");
                ids.add(Long.parseLong(last.substring(4)));
            }
        }
        assertThat(ids)
                .isEqualTo(LongStream.rangeClosed(1, query.contains("type") ? 0 : EVENTS)
                        .boxed()
                        .toList());
    }

    @Test
    @Proves("SUB-15")
    void aHeartbeatBehindEventsThatWereNotWantedNamesThePlaceAndNothingElse() {
        Wire wire = connect().send("GET " + PATH + "?from=start&type=none", "", SSE);
        wire.head();

        assertThat(wire.until("id: " + EVENTS + "\n\n"))
                .endsWith(": high-water-mark " + EVENTS + "\n\nid: " + EVENTS + "\n\n");
    }

    @Test
    void theDialectOfDurableStreamsAddsNothingToItsHeadEither() {
        Answer page = ask("GET " + PATH.replace("/streams/", "/v1/stream/") + "?offset=-1");

        assertThat(page.headers().keySet()).noneMatch(name -> name.contains("evil"));
        assertThat(page.header("Content-Type")).doesNotContain("Evil");
    }

    @Test
    void theLogHasALinePerRequestAndNoTokenOfIt() {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.fluxlog.access-log");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try {
            for (int i = 0; i < 50; i++) {
                ask(
                        "GET /streams/" + Names.encode(some()) + "x?ticket=my-ticket&q=" + Names.encode(some()),
                        "Authorization: Bearer my-token",
                        "Request-Id: " + some().replaceAll("[\r\n\u0000]", "_"));
            }
            await().atMost(PATIENCE).until(() -> lines.list.size() == 50);
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .allMatch(line -> line.chars().noneMatch(c -> c < ' ' || c == 0x85 || c == 0x2028))
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("my-t"));
    }

    private String some() {
        StringBuilder out = new StringBuilder();
        for (int n = random.nextInt(6); n > 0; n--) {
            out.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        return out.toString();
    }
}
