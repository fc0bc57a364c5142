package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.NewEvent;
import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The short form of what judges/sse does with clients of others: a reader by the rules of the standard, cut anywhere. */
class AwkwardEventsTest extends Served {
    private static final List<String> PAYLOADS = List.of(
            "",
            " ",
            " x",
            "\n\nx",
            "x\n",
            "\n\n\n",
            "a\nb\n\nc",
            "a\rb",
            "a\r\nb\r\n",
            "\ud83d\ude00 \ud83d\udc68\u200d\ud83d\udc69 \udbff\udfff \u00e9",
            "a\u2028b\u2029c\u0085d",
            "id: 999\nevent: caught-up\ndata: no\nretry: 1\n:comment",
            "\ufeff\u0000\"\\\u0001</script>",
            "x".repeat(70_000),
            ("y".repeat(69) + "\n").repeat(1_000));

    /** Frames up to this length are cut at each of their bytes, longer ones here and there. */
    private static final int SHORT_BYTES = 1_000;

    private static final int STRIDE = 997;

    @Test
    @Proves("SUB-16")
    void awkwardEventsAreWholeAndThereOnceWhereverTheConnectionIsCut() {
        PAYLOADS.forEach(payload -> now(stream("a").append(NewEvent.text(payload))));
        Map<String, List<String>> rests = new HashMap<>();
        String body = from("0");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        List<String> all = events(body);
        assertThat(all.size()).isEqualTo(PAYLOADS.size());
        for (int i = 0; i < PAYLOADS.size(); i++) {
            String lines = PAYLOADS.get(i).replace("\r\n", "\n").replace('\r', '\n');
            assertThat(all.get(i).equals(i + 1 + " " + lines))
                    .as("event %s", i + 1)
                    .isTrue();
        }

        int cuts = 0;
        for (int cut = 0; cut < bytes.length; cut += cut < SHORT_BYTES ? 1 : STRIDE, cuts++) {
            List<String> before = events(new String(Arrays.copyOf(bytes, cut), StandardCharsets.UTF_8));
            String last = before.isEmpty() ? "0" : before.get(before.size() - 1).split(" ", 2)[0];
            List<String> rest = rests.computeIfAbsent(last, seen -> events(from(seen)));
            List<String> got = Stream.concat(before.stream(), rest.stream()).toList();
            // Not compared by AssertJ, which would print 140 kB.
            assertThat(got.equals(all))
                    .as("cut behind byte %s, after event %s", cut, last)
                    .isTrue();
        }
        assertThat(cuts).isGreaterThan(SHORT_BYTES);
    }

    /** What comes behind the last event that a client has seen. */
    private String from(String seen) {
        Wire wire =
                connect().send("GET /streams/a?view=data", "", "Accept: text/event-stream", "Last-Event-ID: " + seen);
        wire.head();
        return wire.until("\n\nevent: caught-up\n");
    }

    private static List<String> events(String body) {
        return SseText.read(body).stream()
                .filter(event -> event[0].isEmpty())
                .map(event -> event[2] + " " + event[1])
                .toList();
    }
}
