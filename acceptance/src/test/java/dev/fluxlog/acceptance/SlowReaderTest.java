package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * One follower that takes an event a second beside many that take what comes: it gets everything in the end, and nothing
 * is kept for it meanwhile. {@code reliability/slow-reader} runs it for longer and prints what the others had to wait, with
 * it and without it, and the memory of the server.
 */
@ExtendWith(NothingLeftBehind.class)
class SlowReaderTest {
    private static final int FAST = Integer.getInteger("fluxlog.slow.fast", 10);
    private static final int EVENTS = Integer.getInteger("fluxlog.slow.events", 12_000);
    private static final int PER_SECOND = Integer.getInteger("fluxlog.slow.rate", 1_000);
    private static final int BYTES = Integer.getInteger("fluxlog.slow.bytes", 2_000);
    private static final int BATCH = 20;
    private static final int APPENDS_MAX = 16;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** A run without it is shorter: it only has to show what is usual. */
    private static final int ALONE = EVENTS / 5;

    @TempDir
    private Path scratch = Path.of("");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ByteBuffer input = ByteBuffer.allocateDirect(256 << 10);
    private final Deque<CompletableFuture<HttpResponse<String>>> appends = new ArrayDeque<>();
    private final StringBuilder report = new StringBuilder();
    private final String filler = "z".repeat(BYTES);

    private static final int MORE_THAN_A_CONNECTION_HOLDS = 200_000;

    /** Waiting times of the run, by tens of microseconds. */
    private int[] delays = {};

    @Proves({"SUB-34", "SUB-6"})
    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void the_others_do_not_notice_it_nothing_is_kept_for_it_and_it_gets_everything() throws Exception {
        try (ServerProcess server = ServerProcess.start(scratch, scratch.resolve("data"));
                Selector selector = Selector.open()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            run(server, selector, "warming-up", ALONE, List.of());
            run(server, selector, "without it, before", ALONE, List.of());
            RestlessFollower slow = new RestlessFollower(path("with-it"), payload -> {}, 4 << 10);
            run(server, selector, "with-it", EVENTS, List.of(slow));
            assertThat(slow.seen()).as("it was slow").isLessThan(EVENTS / 2);
            // It reads the log by itself then, and nothing is kept for it but what waits in its connection; in the
            // short form that may be all there is, and nothing is left to read.
            long alone = told(server, "readingAlone");
            if (EVENTS < MORE_THAN_A_CONNECTION_HOLDS) {
                assertThat(alone).isLessThanOrEqualTo(1);
            } else {
                assertThat(alone).isEqualTo(slow.isConnected() ? 1 : 0);
            }
            assertThat(told(server, "recentBytes")).isLessThanOrEqualTo(told(server, "recentBytesMax"));
            run(server, selector, "without it, after", ALONE, List.of());
            long progress = System.nanoTime();
            while (slow.seen() < EVENTS && System.nanoTime() - progress < PATIENCE_NANOS) {
                if (!slow.isConnected()) {
                    slow.connect(address, selector);
                }
                long seen = slow.seen();
                slow.read(input);
                progress = slow.seen() > seen ? System.nanoTime() : progress;
            }
            slow.leave();
            assertThat(slow.complaint()).isEmpty();
            assertThat(slow.seen()).isEqualTo(EVENTS);
            server.stop();
        }
        Files.writeString(Path.of(System.getProperty("fluxlog.slow.report", "target/slow-reader.txt")), report);
    }

    private static String path(String stream) {
        return "/streams/" + stream + "?view=data";
    }

    /** Begins with when it was due. */
    private void note(String payload) {
        long micros = (System.nanoTime() - Long.parseLong(payload.substring(1, payload.indexOf(',')))) / 1_000;
        delays[(int) Math.min(delays.length - 1, micros / 10)]++;
    }

    /** Appends so many events on a timetable while fast ones follow all of it, and the slow ones an event a second. */
    private void run(ServerProcess server, Selector selector, String name, int events, List<RestlessFollower> slow)
            throws Exception {
        String stream = name.replaceAll("[^a-z]+", "-");
        delays = new int[200_000];
        append(server.url(), stream, System.nanoTime(), 1);
        appends.remove().get();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        List<RestlessFollower> fast = new ArrayList<>();
        for (int i = 0; i < FAST; i++) {
            fast.add(new RestlessFollower(path(stream), this::note, 0));
            fast.get(i).connect(address, selector);
        }
        ByteBuffer piece = ByteBuffer.allocate(BYTES + 60);
        long batchNanos = TimeUnit.SECONDS.toNanos(BATCH) / PER_SECOND;
        long due = System.nanoTime();
        long slowDue = due;
        double most = 0;
        for (int sent = 1; sent < events || !appends.isEmpty() || !all(fast, events); ) {
            selector.select(key -> ((RestlessFollower) key.attachment()).read(input), 1);
            for (; sent < events && due <= System.nanoTime() && appends.size() < APPENDS_MAX; due += batchNanos) {
                int count = Math.min(BATCH, events - sent);
                append(server.url(), stream, due, count);
                sent += count;
            }
            while (!appends.isEmpty() && appends.element().isDone()) {
                assertThat(appends.remove().get().statusCode()).isEqualTo(201);
            }
            if (slowDue <= System.nanoTime()) {
                slowDue += TimeUnit.SECONDS.toNanos(1);
                most = Math.max(most, server.residentMib());
                slow.forEach(follower -> step(follower, address, selector, piece));
            }
            assertThat(System.nanoTime() - due).as("progress of %s", name).isLessThan(PATIENCE_NANOS);
        }
        fast.forEach(RestlessFollower::leave);
        assertThat(fast).allSatisfy(follower -> assertThat(follower.complaint()).isEmpty());
        double resident = server.residentMib();
        report.append(String.format(
                Locale.ROOT,
                "%-22s %,9d events, %d followers: p50 %.2f ms, p99 %.2f ms; %.0f MiB resident, %.0f at most%n",
                name,
                events,
                FAST + slow.size(),
                millis(0.5),
                millis(0.99),
                resident,
                most));
    }

    /** Takes about one event, and is not asked whether there are more. */
    private static void step(
            RestlessFollower follower, InetSocketAddress address, Selector selector, ByteBuffer piece) {
        if (!follower.isConnected()) {
            follower.connect(address, selector);
            selector.keys().stream()
                    .filter(SelectionKey::isValid)
                    .filter(key -> key.attachment() == follower)
                    .forEach(key -> key.interestOps(0));
        }
        follower.read(piece);
    }

    private static boolean all(List<RestlessFollower> followers, int events) {
        return followers.stream().allMatch(follower -> follower.seen() >= events);
    }

    private void append(String url, String stream, long due, int count) throws IOException {
        String body = ("[" + due + ",\"" + filler + "\"]\n").repeat(count);
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/streams/" + stream))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        appends.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }

    private long told(ServerProcess server, String name) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.url() + "/status")).build();
        String status = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        Matcher field = Pattern.compile("\"" + name + "\": ?([0-9]+)").matcher(status);
        assertThat(field.find()).as(status).isTrue();
        return Long.parseLong(field.group(1));
    }

    private double millis(double quantile) {
        long all = 0;
        for (int count : delays) {
            all += count;
        }
        long seen = 0;
        int at = 0;
        while (at < delays.length - 1 && (seen += delays[at]) < all * quantile) {
            at++;
        }
        return at / 100.0;
    }
}
