package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.NewEvent;
import dev.fluxlog.spec.Proves;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTest extends Served {
    private static final int WAITING = 300;

    @Test
    void aPageHasItsEventsInOrderAndTellsWhereToGoOn() {
        append("a", "1", "2", "3");

        Answer page = ask("GET /streams/a?from=2&limit=1");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body())
                .matches("\\{\"stream\":\"a\",\"events\":\\[\\{\"stream\":\"a\",\"sequence\":2,\"position\":2,"
                        + "\"time\":\"[^\"]+\",\"type\":\"\",\"key\":\"\",\"headers\":\\{\\},"
                        + "\"contentType\":\"application/json\",\"data\":2\\}\\],\"next\":3,\"atTail\":false\\}");
        assertThat(ask("GET /streams/a?from=3&limit=1").body())
                .endsWith("\"next\":4,\"atTail\":true,\"lowWaterMark\":1,\"highWaterMark\":3,\"sealed\":false}");
    }

    @Test
    void aPageBeginsWhereItIsAsked() {
        append("a", "1", "2", "3", "4", "5");
        now(stream("a").trim(1));

        assertThat(sequences("?from=start")).containsExactly(2, 3, 4, 5);
        assertThat(sequences("")).containsExactly(2, 3, 4, 5);
        assertThat(sequences("?from=3")).containsExactly(3, 4, 5);
        assertThat(sequences("?after=3")).containsExactly(4, 5);
        assertThat(sequences("?last=2")).containsExactly(4, 5);
        assertThat(sequences("?from=tail")).isEmpty();
        assertThat(sequences("?from=6")).isEmpty();
        assertThat(sequences("?since=2000-01-01T00:00:00+01:00")).containsExactly(2, 3, 4, 5);
        assertThat(sequences("?since=2999-01-01T00:00:00Z")).isEmpty();
        assertThat(sequences("?direction=backward")).containsExactly(5, 4, 3, 2);
        assertThat(sequences("?direction=backward&from=4&limit=2")).containsExactly(4, 3);
        assertThat(sequences("?direction=backward&after=4")).containsExactly(3, 2);
    }

    @Test
    @Proves({"SUB-31", "SUB-14"})
    void aProgramThatFollowsTheLinksMissesAndRepeatsNothing() {
        for (int i = 1; i <= 7; i++) {
            append("a/b c", Integer.toString(i));
        }
        List<Integer> seen = new ArrayList<>();
        Answer page = ask("GET /streams/a/b%20c?limit=3");
        while (page.body().contains("\"sequence\"")) {
            seen.addAll(sequencesIn(page.body()));
            page = ask("GET " + link(page, "next"));
        }
        assertThat(seen).containsExactly(1, 2, 3, 4, 5, 6, 7);

        String monitor = link(page, "monitor");
        append("a/b c", "8");
        Wire wire = connect().send("GET " + monitor, "", "Accept: text/event-stream");
        wire.head();
        assertThat(wire.until("caught-up")).contains("id: 8\n").doesNotContain("id: 7\n");
        Answer middle = ask("GET /streams/a/b%20c?from=4&limit=2");
        assertThat(sequencesIn(ask("GET " + link(middle, "prev")).body())).containsExactly(3, 2);
        assertThat(sequencesIn(ask("GET " + link(middle, "first")).body())).containsExactly(1, 2);
        assertThat(sequencesIn(ask("GET " + link(middle, "last")).body())).containsExactly(7, 8);
    }

    @Test
    @Proves("SUB-28")
    void aFullPageNeverChangesAndAPageAtTheTailDoesWithEachAppendAndWithTheSeal() {
        append("a", "1", "2", "3");
        Answer full = ask("GET /streams/a?from=1&limit=2");
        Answer tail = ask("GET /streams/a?from=3");

        append("a", "4");

        assertThat(full.header("Cache-Control")).contains("immutable");
        assertThat(ask("GET /streams/a?from=1&limit=2").header("ETag")).isEqualTo(full.header("ETag"));
        Answer unchanged = ask("GET /streams/a?from=1&limit=2", "If-None-Match: \"x\", " + full.header("ETag"));
        assertThat(unchanged.status()).isEqualTo(304);
        assertThat(unchanged.body()).isEmpty();

        assertThat(tail.header("Cache-Control")).isEqualTo("no-cache");
        Answer changed = ask("GET /streams/a?from=3", "If-None-Match: " + tail.header("ETag"));
        assertThat(changed.status()).isEqualTo(200);
        now(stream("a").seal());
        assertThat(ask("GET /streams/a?from=3", "If-None-Match: " + changed.header("ETag"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aPageThatEndsAtTheTailIsNotKeptForGoodEvenWhenItIsFull() {
        append("a", "1", "2");

        assertThat(ask("GET /streams/a?from=1&limit=2").header("Cache-Control")).isEqualTo("no-cache");
        assertThat(ask("GET /streams/a?last=1").header("Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void aGapIsPassedOverOnlyOnRequestAndIsTold() {
        append("a", "1", "2", "3");
        now(stream("a").trim(2));

        Answer page = ask("GET /streams/a?from=1&gaps=skip");

        assertThat(page.header("Gap")).isEqualTo("1-2");
        assertThat(page.body()).contains("\"gap\":{\"from\":1,\"through\":2,\"next\":3}");
        assertThat(sequencesIn(page.body())).containsExactly(3);
    }

    @Test
    @Proves("SUB-8")
    void aPageOfSomeTypesGoesOnBehindTheLastEventItHasLookedAt() {
        for (int i = 1; i <= 250; i++) {
            now(stream("a").append(NewEvent.json("1").withType(i % 50 == 0 ? "rare" : i % 2 == 0 ? "even" : "odd")));
        }

        Answer first = ask("GET /streams/a?type=rare&type=none&limit=2");
        assertThat(sequencesIn(first.body())).containsExactly(50, 100);
        assertThat(first.body()).contains("\"next\":101,\"atTail\":false");
        Answer rest = ask("GET " + link(first, "next"));
        assertThat(sequencesIn(rest.body())).containsExactly(150, 200);
        Answer end = ask("GET " + link(rest, "next"));
        assertThat(sequencesIn(end.body())).containsExactly(250);
        assertThat(end.body()).contains("\"next\":251,\"atTail\":true");
    }

    @Test
    @Proves("SUB-29")
    void aLongPollAnswersWhenAnEventComesOrWithAnEmptyPageWhenTheTimeIsOver() throws Exception {
        append("a", "1");
        assertThat(sequencesIn(ask("GET /streams/a?wait=9s").body())).containsExactly(1);
        Answer nothing = ask("GET /streams/a?after=1&wait=50ms");
        assertThat(nothing.body()).contains("\"events\":[],\"next\":2,\"atTail\":true");

        Wire waiting = connect().send("GET /streams/a?after=1&wait=9s", "");
        CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(waiting::answer);
        append("a", "2");
        assertThat(sequencesIn(answer.get(60, TimeUnit.SECONDS).body())).containsExactly(2);

        now(stream("a").seal());
        assertThat(ask("GET /streams/a?after=2&wait=9s").body()).contains("\"sealed\":true");
    }

    @Test
    @Proves({"SUB-30", "SUB-6"})
    void linesOfJsonHoldOneEventEachWhateverTheData() {
        now(stream("a").append(NewEvent.json("{\"a\":\r\n[1.10,\n-0.0,9007199254740993]}")));
        now(stream("a").append(NewEvent.text("one\ntwo\r\u2028\u0000\ud83d\ude00\"\\")));
        now(stream("a").append(NewEvent.json("{broken")));
        now(stream("a").append(NewEvent.of(new byte[] {0, 10}).withContentType("image/png")));
        now(stream("a").append(NewEvent.of(new byte[] {(byte) 0xff}).withContentType("text/plain")));
        now(stream("a").append(NewEvent.of("x".getBytes(StandardCharsets.UTF_8))));
        now(stream("a").append(NewEvent.of(new byte[0]).withContentType("text/plain; charset=latin1")));

        Answer page = ask("GET /streams/a", "Accept: application/x-ndjson");

        assertThat(page.header("Content-Type")).isEqualTo("application/x-ndjson");
        List<String> lines = page.body().lines().toList();
        assertThat(lines).hasSize(7).allMatch(line -> Json.isValue(line.getBytes(StandardCharsets.UTF_8)));
        assertThat(lines.get(0)).endsWith("\"data\":{\"a\":[1.10,-0.0,9007199254740993]}}");
        assertThat(page.body()).contains("\"data\":\"one\\ntwo\\r\u2028\\u0000\ud83d\ude00\\\"\\\\\"}\n");
        assertThat(page.body()).contains("\"dataBase64\":\"e2Jyb2tlbg==\"}\n");
        assertThat(page.body()).contains("\"dataBase64\":\"AAo=\"}\n").contains("\"dataBase64\":\"/w==\"}\n");
        assertThat(page.body()).contains("\"contentType\":\"\",\"dataBase64\":\"eA==\"}\n");
    }

    @Test
    @Proves("SUB-30")
    void theTailOfLinesStaysOpenAndSendsEachEventAtOnce() {
        append("a", "1");
        Wire wire = connect().send("GET /streams/a?follow=true&from=start", "");
        assertThat(wire.head().header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(wire.until("\"data\":1}\n")).startsWith("\n{\"stream\":\"a\"");

        append("a", "2");

        assertThat(wire.until("\"data\":2}\n")).doesNotContain("\"sequence\":1");
        now(stream("a").delete().thenReturn(1));
        assertThat(wire.rest())
                .startsWith("{\"problem\":{\"type\":\"/problems/unknown-stream\"")
                .endsWith("}}\n");
    }

    @Test
    @Proves("SUB-14")
    void theTailOfLinesTellsAGapWhereItIsToGoOn() {
        append("a", "1", "2", "3");
        now(stream("a").trim(2));

        Wire wire = connect().send("GET /streams/a?follow=true&from=1&gaps=skip", "");
        wire.head();

        assertThat(wire.until("\"data\":3}\n")).contains("\n{\"gap\":{\"from\":1,\"through\":2,\"next\":3}}\n{");
    }

    @Test
    void theAnswerFitsWhatTheClientAccepts() {
        append("a", "1");
        assertThat(type("Accept: */*")).isEqualTo("application/json");
        assertThat(type("Accept: text/html, application/*;q=0.5")).isEqualTo("application/json");
        assertThat(type("Accept: application/json;q=0.1, application/x-ndjson;q=0.2"))
                .isEqualTo("application/x-ndjson");
        assertThat(type("X: y")).isEqualTo("application/json");
    }

    @Test
    @Proves("SUB-29")
    void clientsThatWaitOccupyNoThread() {
        append("a", "1");
        ask("GET /streams/a?after=1&wait=1ms");
        int before = threads();
        List<Wire> waiting = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            waiting.add(connect().send("GET /streams/a?after=1&wait=60s", ""));
        }
        await().atMost(PATIENCE).until(() -> gateway.waiting() == WAITING);

        // Those of the pools, which do not become more with the clients.
        assertThat(threads() - before).isLessThan(WAITING / 2);

        append("a", "2");
        waiting.forEach(wire -> assertThat(sequencesIn(wire.answer().body())).containsExactly(2));
    }

    @Test
    void aWaitingPollIsAnsweredWhenTheGatewayEnds() throws Exception {
        append("a", "1");
        Wire waiting = connect().send("GET /streams/a?after=1&wait=20s", "");
        CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(waiting::answer);
        await().atMost(Duration.ofSeconds(60)).until(() -> gateway.waiting() == 1);

        gateway.close().block(Duration.ofSeconds(60));

        assertThat(answer.get(60, TimeUnit.SECONDS).body()).contains("\"events\":[],\"next\":2");
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    private String type(String accept) {
        return ask("GET /streams/a", accept).header("Content-Type");
    }

    private List<Integer> sequences(String query) {
        Answer page = ask("GET /streams/a" + query);
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        return sequencesIn(page.body());
    }

    private static List<Integer> sequencesIn(String body) {
        return Pattern.compile("\"sequence\":([0-9]+)")
                .matcher(body)
                .results()
                .map(match -> Integer.valueOf(match.group(1)))
                .toList();
    }

    private static String link(Answer page, String relation) {
        Matcher matcher = Pattern.compile("<([^>]*)>; rel=\"" + relation + "\"").matcher(page.header("Link"));
        assertThat(matcher.find()).as(relation + " in " + page.header("Link")).isTrue();
        return matcher.group(1);
    }
}
