package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@Proves("SUB-22")
class ManyTest extends Served {
    private static final String SSE = "Accept: text/event-stream";

    @Override
    GatewayOptions options() {
        return super.options().withHeartbeat(Duration.ofMillis(150)).withSelectionStreamsMax(3);
    }

    @Test
    void eachFrameNamesItsStreamAndSequenceAndHasThePositionAsItsId() {
        append("a", "1");
        append("b", "1");
        append("a", "2");
        Wire wire = follow("?from=start");

        assertThat(wire.until("event: caught-up\ndata: {\"position\":3}\n\n"))
                .startsWith(": fluxlog\nretry: 700\n\n")
                .containsPattern("data: \\{\"stream\":\"a\",\"sequence\":1,\"position\":1,[^\n]*}\nid: 1\n\n"
                        + "data: \\{\"stream\":\"b\",\"sequence\":1,\"position\":2,[^\n]*}\nid: 2\n\n"
                        + "data: \\{\"stream\":\"a\",\"sequence\":2,\"position\":3,[^\n]*}\nid: 3\n\n");
        append("c", "1");
        assertThat(wire.until("\nid: 4\n\n")).contains("\"stream\":\"c\"");
    }

    @Test
    void streamsAreSelectedByListPrefixAndType() {
        append("room/1", "1");
        append("room/2", "2");
        append("hall/1", "3");
        now(stream("hall/1").append(NewEvent.json("4").withType("t")));

        assertThat(positions("?from=start&stream=room/2&stream=hall%2F1")).containsExactly(2, 3, 4);
        assertThat(positions("?from=start&prefix=room/")).containsExactly(1, 2);
        assertThat(positions("?from=start&type=t")).containsExactly(4);
        assertThat(positions("?from=start&prefix=room/&type=t")).isEmpty();
        assertThat(positions("?from=start&stream=later")).isEmpty();
        assertThat(positions("?from=3")).containsExactly(3, 4);
        assertThat(positions("?last=1")).containsExactly(4);
        assertThat(positions("")).isEmpty();
    }

    @Test
    @Proves({"SUB-8", "SUB-17"})
    void aClientThatIsCutAnywhereGoesOnBehindThePositionItHasSeen() {
        for (int i = 0; i < 30; i++) {
            append("s" + i % 4, Integer.toString(i));
        }
        List<Integer> whole = positions("?from=start&stream=s0&stream=s3");
        assertThat(whole).hasSize(15);
        List<Integer> seen = new ArrayList<>();
        String last = "0";
        while (seen.size() < whole.size()) {
            Wire wire = follow("?from=start&lastEventId=9&stream=s0&stream=s3", "Last-Event-ID: " + last);
            Matcher id =
                    Pattern.compile("\nid: ([0-9]+)\n").matcher(wire.until("\nid: " + whole.get(seen.size()) + "\n\n"));
            assertThat(id.find()).isTrue();
            last = id.group(1);
            seen.add(Integer.valueOf(last));
        }
        assertThat(seen).isEqualTo(whole);
    }

    @Test
    @Proves("SUB-8")
    void aClientThatNothingIsForLearnsHowFarTheLogWasSearched() {
        append("a", "1");
        Wire wire = follow("?prefix=none", "Last-Event-ID: 0");

        assertThat(wire.until(": position 1\n\nid: 1\n\n")).contains("caught-up");

        int events = 3 * StreamSignal.PASSED_EVERY / 2;
        for (int i = 0; i < events; i += 500) {
            now(stream("b").append(Collections.nCopies(500, NewEvent.json("1"))));
        }
        String told = wire.until("id: " + (StreamSignal.PASSED_EVERY + 1) + "\n\n");
        assertThat(told).doesNotContain("data:");
        assertThat(positions("?from=start&prefix=none")).isEmpty();
    }

    @Test
    @Proves({"SUB-4", "SUB-14"})
    void aGapNamesItsStreamAndAPlaceAboveTheLogIsTold() {
        append("a", "1", "2", "3");
        append("b", "1");
        now(stream("a").trim(2));

        assertThat(follow("", "Last-Event-ID: 1").until("\nid: 4\n\n"))
                .contains("event: gap\ndata: {\"stream\":\"a\",\"from\":2,\"through\":2,\"next\":3}\n\n")
                .contains("\nid: 3\n\n");
        assertThat(follow("", "Last-Event-ID: 9").until("caught-up"))
                .contains("event: ahead\ndata: {\"requested\":9,\"position\":4}\n\nid: 4\n\n");
        assertThat(positions("?from=start")).containsExactly(3, 4);
    }

    @Test
    void linesStayOpenAndEndWithWhatIsWrong() {
        append("a", "1", "2");
        Wire wire = connect().send("GET /events?follow=true", "");
        assertThat(wire.head().header("Content-Type")).isEqualTo("application/x-ndjson");
        wire.until("\"sequence\":2");
        append("b", "3");
        assertThat(wire.until("}\n")).contains("\"stream\":\"b\",\"sequence\":1,\"position\":3");
        now(stream("a").trim(1));

        assertThat(ask("GET /events?follow=true&after=0").body())
                .contains("{\"problem\":{\"type\":\"/problems/trimmed\"");
        Wire skipping = connect().send("GET /events?follow=true&after=0&gaps=skip", "");
        skipping.head();
        assertThat(skipping.until("\"stream\":\"b\""))
                .contains("{\"gap\":{\"stream\":\"a\",\"from\":1,\"through\":1,\"next\":2}}\n");
    }

    @Test
    @Proves("SUB-9")
    void whatCannotBeSelectedIsRefused() {
        assertThat(ask("GET /events?stream=a&stream=b&stream=c&stream=d", SSE).body())
                .contains("/problems/limit-exceeded");
        assertThat(ask("GET /events?stream=$all", SSE).body()).contains("/problems/invalid-name");
        assertThat(ask("GET /events?view=data", SSE).body()).contains("/problems/invalid-request");
        assertThat(ask("GET /events", SSE, "Last-Event-ID: x").body()).contains("/problems/invalid-request");
        assertThat(ask("GET /events", "Accept: application/json").status()).isEqualTo(406);
        assertThat(ask("POST /events").status()).isEqualTo(405);
    }

    @Test
    @Proves("SUB-20")
    void aDrainSaysByeAndALogThatEndsIsTold() {
        append("a", "1");
        Wire wire = follow("?from=start");
        wire.until("caught-up");
        log.close().block(PATIENCE);
        assertThat(wire.rest()).contains("/problems/closed");
        Wire late = follow("", "Last-Event-ID: 1");
        assertThat(late.rest()).contains("retry: ").contains("/problems/closed");
    }

    private Wire follow(String query, String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = SSE;
        System.arraycopy(lines, 0, all, 1, lines.length);
        Wire wire = connect().send("GET /events" + query, "", all);
        assertThat(wire.head().status()).isEqualTo(200);
        return wire;
    }

    /** What is stored, up to the tail. */
    private List<Integer> positions(String query) {
        return Pattern.compile("data: \\{\"stream\"[^\n]*\nid: ([0-9]+)\n\n")
                .matcher(follow(query).until("event: caught-up"))
                .results()
                .map(frame -> Integer.valueOf(frame.group(1)))
                .toList();
    }
}
