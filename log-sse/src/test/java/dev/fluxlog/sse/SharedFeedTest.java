package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.NewEvent;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Followers of one stream over real connections and event loops. */
class SharedFeedTest extends Served {
    private static final String SSE = "Accept: text/event-stream";
    private static final Pattern FRAME = Pattern.compile("data: \\{\"stream\"[^\n]*\nid: ([0-9]+)\n\n");
    private static final NewEvent KILOBYTE = NewEvent.json("\"" + "x".repeat(1_000) + "\"");

    @Test
    @Proves({"SUB-3", "SUB-6", "SUB-34"})
    void oneThatTakesNothingFallsBehindLosesNothingComesBackAndHoldsUpNobody() throws IOException {
        append("a", "1");
        Wire slow = follow(new Wire(gateway.address(), 4_096));
        List<Wire> fast = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            fast.add(follow(connect()));
        }
        awaitLive("\"subscribers\":21,\"readingAlone\":0,\"feeds\":1,");
        int events = 3_000;
        for (int last = 1; last <= events; last += 50) {
            now(stream("a").append(Collections.nCopies(50, KILOBYTE)));
            for (Wire wire : fast) {
                everything(wire, last + 1, last + 50);
            }
        }

        everything(slow, 2, events + 1);

        append("a", "2");
        everything(slow, events + 2, events + 2);
        awaitLive("\"readingAlone\":0,.*\"fellBehind\":[1-9][0-9]*,\"cameBack\":[1-9]");
    }

    @Test
    @Proves({"SUB-2", "SUB-11"})
    void followersThatComeAndGoAtRandomGetEveryEventOnceAndLeaveNothingBehind() throws IOException {
        append("a", "1");
        Random random = new Random(7);
        long[] seen = new long[12];
        Wire[] wires = new Wire[seen.length];
        for (int event = 2; event <= 400; event++) {
            append("a", Integer.toString(event));
            int who = random.nextInt(seen.length);
            if (wires[who] == null) {
                wires[who] = new Wire(gateway.address()).send("GET /streams/a?lastEventId=" + seen[who], "", SSE);
                wires[who].head();
            } else {
                // Reads a part of what is there, and leaves.
                Matcher frames = FRAME.matcher(wires[who].part());
                while (frames.find()) {
                    assertThat(Long.parseLong(frames.group(1))).isEqualTo(++seen[who]);
                }
                wires[who].close();
                wires[who] = null;
            }
        }
        for (int who = 0; who < seen.length; who++) {
            if (wires[who] != null) {
                wires[who].close();
            }
            try (Wire wire = new Wire(gateway.address())) {
                wire.send("GET /streams/a?lastEventId=" + seen[who], "", SSE).head();
                everything(wire, seen[who] + 1, 400);
            }
        }
        awaitLive("\"subscribers\":0,\"readingAlone\":0,\"feeds\":0,\"recentBytes\":0,");
    }

    private Wire follow(Wire wire) {
        wire.send("GET /streams/a", "", SSE).head();
        wire.until("id: 1\n\n");
        return wire;
    }

    /** Asks for the state of the gateway until it is as expected, or the time of the test is over. */
    private void awaitLive(String expected) throws IOException {
        Pattern pattern = Pattern.compile(expected);
        try (Wire wire = new Wire(gateway.address())) {
            while (!pattern.matcher(wire.send("GET /status", "").answer().body())
                    .find()) {
                Thread.onSpinWait();
            }
        }
    }

    private static void everything(Wire wire, long first, long last) {
        Matcher frames = FRAME.matcher(first > last ? "" : wire.until("\nid: " + last + "\n\n"));
        long expected = first;
        while (frames.find()) {
            assertThat(Long.parseLong(frames.group(1))).isEqualTo(expected++);
        }
        assertThat(expected).isEqualTo(last + 1);
    }
}
