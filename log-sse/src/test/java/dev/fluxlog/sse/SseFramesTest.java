package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.spec.Proves;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Proves({"SUB-15", "FMT-3"})
class SseFramesTest {
    private final SseFrames data = new SseFrames(SseFrames.View.DATA, Numbering.SEQUENCE, "/requests/1");
    private final SseFrames whole = new SseFrames(SseFrames.View.EVENT, Numbering.SEQUENCE, "/requests/1");

    @Test
    void aPayloadIsSplitAtEveryKindOfLineBreak() {
        assertThat(data("text/plain", "", "a\rb\nc\r\nd\n"))
                .isEqualTo("data: a\ndata: b\ndata: c\ndata: d\ndata: \nid: 7\n\n");
    }

    @Test
    void theTypeIsTheEventFieldUnlessItWouldBreakTheLine() {
        assertThat(data("text/plain", "paid", "x")).isEqualTo("event: paid\ndata: x\nid: 7\n\n");
        assertThat(data("text/plain", "pa\nid: 9", "x")).isEqualTo("data: x\nid: 7\n\n");
    }

    @Test
    void bytesThatAreNoTextAreBase64() {
        assertThat(data("image/png", "", "\u0001")).isEqualTo("data: AQ==\nid: 7\n\n");
        assertThat(data("application/json", "", "{")).isEqualTo("data: ew==\nid: 7\n\n");
    }

    @Test
    void controlFramesHaveNoId() {
        assertThat(text(out -> whole.caughtUp(out, 42))).isEqualTo("event: caught-up\ndata: {\"sequence\":42}\n\n");
        assertThat(text(out -> whole.gap(out, new StreamSignal.Gap("a", 2, 5))))
                .isEqualTo("event: gap\ndata: {\"from\":2,\"through\":5,\"next\":6}\n\n");
        assertThat(text(out -> whole.ahead(out, new LiveItem.Ahead(9, 4))))
                .isEqualTo("event: ahead\ndata: {\"requested\":9,\"highWaterMark\":4}\n\n");
        assertThat(text(out -> whole.sealed(out, 4))).isEqualTo("event: sealed\ndata: {\"highWaterMark\":4}\n\n");
        assertThat(text(out -> whole.heartbeat(out, 4))).isEqualTo(": high-water-mark 4\n\n");
        assertThat(text(out -> whole.bye(out, 90))).isEqualTo("retry: 90\nevent: bye\ndata: {\"retry\":90}\n\n");
        assertThat(text(out -> whole.failed(out, Problems.internal(), 90)))
                .startsWith("retry: 90\nevent: error\ndata: {\"type\":\"/problems/internal\"")
                .endsWith("}\n\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " lead", "\ud83d\ude00\u2028", "\n", "\r", "\r\n\r\n", "a\n\n\nb", ":", "id: 5", "\u0000"})
    @Proves("SEC-5")
    void aClientReadsEveryTextAsItWasWithLineBreaksOfOneKind(String text) {
        List<String[]> received = SseText.read(data("text/plain", "t", text) + data("text/plain", "", text));

        assertThat(received).hasSize(2);
        assertThat(received.get(0))
                .containsExactly("t", text.replace("\r\n", "\n").replace('\r', '\n'), "7");
        assertThat(received.get(1))
                .containsExactly("", text.replace("\r\n", "\n").replace('\r', '\n'), "7");
    }

    @Test
    @Proves("SEC-5")
    void nothingInAnEventCanAddAFieldOrAFrame() {
        Random random = new Random(Long.getLong("fluxlog.test.seed", 1));
        String[] parts = {
            "\n", "\r", "\u0000", "id: 3", "data:", "event: x", "\u2028", "\ud83d\ude00", "a", "\"", "\\", " "
        };
        for (int i = 0; i < 500; i++) {
            String type = some(random, parts);
            String payload = some(random, parts);
            Event event = new Event(
                    "a" + some(random, parts),
                    7,
                    9,
                    Instant.EPOCH,
                    type,
                    payload,
                    Map.of("h" + type, payload),
                    payload.getBytes(StandardCharsets.UTF_8));

            List<String[]> received = SseText.read(text(out -> whole.event(out, event)));

            assertThat(received).hasSize(1);
            assertThat(received.get(0)[0]).isEmpty();
            assertThat(received.get(0)[2]).isEqualTo("7");
            assertThat(Json.isValue(received.get(0)[1].getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
            assertThat(SseText.read(text(out -> data.event(out, event)))).hasSize(1);
        }
    }

    private static String some(Random random, String[] parts) {
        StringBuilder out = new StringBuilder();
        for (int n = random.nextInt(6); n > 0; n--) {
            out.append(parts[random.nextInt(parts.length)]);
        }
        return out.toString();
    }

    private String data(String contentType, String type, String payload) {
        Event event = new Event(
                "a",
                7,
                9,
                Instant.EPOCH,
                type,
                "",
                Map.of(NewEvent.CONTENT_TYPE, contentType),
                payload.getBytes(StandardCharsets.UTF_8));
        return text(out -> data.event(out, event));
    }

    private static String text(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
