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
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many followers of one stream, of which fifty a second leave without a word and come back, while the server is killed and
 * started again in the middle.
 */
@ExtendWith(NothingLeftBehind.class)
class RestlessFollowersTest {
    private static final int FOLLOWERS = Integer.getInteger("fluxlog.followers", 50);
    private static final int EVENTS = Integer.getInteger("fluxlog.followers.events", 150);
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long CUT_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    @TempDir
    private Path scratch = Path.of("");

    private final long seed = Long.getLong("fluxlog.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<RestlessFollower> followers = new ArrayList<>();
    private final ByteBuffer input = ByteBuffer.allocateDirect(64 << 10);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private long nextCut = System.nanoTime();
    private int cuts;

    @Proves({"SUB-2", "SUB-3", "TST-2"})
    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void each_gets_every_event_once_and_in_order_through_cuts_and_a_kill() throws Exception {
        for (int i = 0; i < FOLLOWERS; i++) {
            followers.add(new RestlessFollower("restless"));
        }
        ServerProcess server = start(0);
        try (Selector selector = Selector.open()) {
            append(server.url(), 1);
            for (int event = 2; event <= EVENTS; event++) {
                if (event == EVENTS / 2) {
                    server.kill();
                    server = start(server.port());
                }
                append(server.url(), event);
                turn(selector, server.port(), true);
            }
            catchUp(selector, server.port());
            followers.forEach(RestlessFollower::leave);
            assertThat(followers).as("seed %s", seed).allSatisfy(follower -> {
                assertThat(follower.complaint()).isEmpty();
                assertThat(follower.seen()).isEqualTo(EVENTS);
            });
            assertThat(cuts).isPositive();
            System.out.printf("%d followers, %d events, %d cuts, a kill, seed %d%n", FOLLOWERS, EVENTS, cuts, seed);
            server.stop();
        } finally {
            server.close();
        }
    }

    /** Until all have all, one has something to complain about, or nothing has come for so long that nothing will. */
    private void catchUp(Selector selector, int port) throws IOException {
        long before = -1;
        long movedAt = System.nanoTime();
        long seen = seen();
        while (seen < (long) FOLLOWERS * EVENTS
                && System.nanoTime() - movedAt < PATIENCE_NANOS
                && followers.stream().allMatch(follower -> follower.complaint().isEmpty())) {
            movedAt = seen > before ? System.nanoTime() : movedAt;
            before = seen;
            turn(selector, port, false);
            seen = seen();
        }
    }

    private long seen() {
        return followers.stream().mapToLong(RestlessFollower::seen).sum();
    }

    /** Reads what is there, cuts whose time has come, and lets come back who has left. */
    private void turn(Selector selector, int port, boolean cutting) throws IOException {
        selector.select(key -> ((RestlessFollower) key.attachment()).read(input), 5);
        for (; cutting && nextCut < System.nanoTime(); nextCut += CUT_EVERY_NANOS) {
            followers.get(random.nextInt(FOLLOWERS)).leave();
            cuts++;
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (RestlessFollower follower : followers) {
            if (!follower.isConnected()) {
                follower.connect(address, selector);
            }
        }
    }

    private void append(String url, int event) throws IOException, InterruptedException {
        HttpRequest append = HttpRequest.newBuilder(URI.create(url + "/streams/restless"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Integer.toString(event)))
                .build();
        assertThat(http.send(append, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(201);
    }

    private ServerProcess start(int port) {
        ServerProcess server = ServerProcess.launch(scratch, scratch.resolve("data"), port);
        server.awaitReady();
        return server;
    }
}
