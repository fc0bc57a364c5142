package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.acceptance.Ledger.Stored;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the server again and again while clients append, trim, delete and follow, and compares what it holds at the end with what the
 * clients were told.
 *
 * <p>{@code -Dfluxlog.kills=N} sets the number of kills per level, {@code -Dtest.seed=N} replays the choices; how they
 * meet the server's work differs from run to run.
 */
@ExtendWith(NothingLeftBehind.class)
class KillNineTest {
    private static final int KILLS = Integer.getInteger("fluxlog.kills", 10);
    private static final int APPENDERS = Integer.getInteger("fluxlog.kills.appenders", 4);
    private static final int FOLLOWERS = 4;
    private static final int STREAMS = Integer.getInteger("fluxlog.kills.streams", 10);
    private static final int SHRINKERS = Integer.getInteger("fluxlog.kills.shrinkers", 0);
    private static final int SHRINKING = 3;
    private static final int LIFE_MILLIS_MAX = 1_200;
    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(60);

    @TempDir
    private Path scratch = Path.of("");

    private final CurrentServer current = new CurrentServer();
    private final Ledger ledger = new Ledger();
    private final List<String> streams = new ArrayList<>();
    private final List<Appender> appenders = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();
    private final List<Shrinker> shrinkers = new ArrayList<>();

    @Proves({"STR-2", "STR-3", "STR-8", "STR-9", "STR-19", "SUB-1", "SUB-2", "TST-2"})
    @ParameterizedTest
    @ValueSource(strings = {"disk", "process"})
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void nothing_acknowledged_is_lost_and_nothing_is_there_twice_or_in_part(String durability) throws Exception {
        long seed = Long.getLong("fluxlog.test.seed", System.nanoTime());
        Random random = new Random(seed);
        Path data = scratch.resolve("data");
        ExecutorService clients = Executors.newFixedThreadPool(APPENDERS + FOLLOWERS + SHRINKERS);
        try {
            ServerProcess server = start(data, durability);
            try {
                createStreams(server.url());
                List<Future<Void>> running = startClients(clients, random, server.url());
                for (int kill = 1; kill <= KILLS; kill++) {
                    if (random.nextInt(3) > 0) {
                        awaitAcknowledged();
                    }
                    assertThat(server.endsWithin(Duration.ofMillis(random.nextInt(LIFE_MILLIS_MAX))))
                            .as("the server ends by itself: %s", server.notices())
                            .isFalse();
                    current.isDown();
                    server.kill();
                    if (random.nextInt(4) == 0) {
                        killWhileStarting(data, durability, random);
                    }
                    server = start(data, durability);
                    current.isAt(server.url());
                }
                settle(server, running);
                judge(server.url(), durability, seed);
                server.stop();
            } finally {
                server.close();
            }
        } finally {
            current.isOver();
            clients.shutdownNow();
            assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** On a busy machine a server could live and die without having answered anybody. */
    private void awaitAcknowledged() {
        long before = ledger.acknowledged();
        await().atMost(CATCH_UP_MAX).until(() -> ledger.acknowledged() > before);
    }

    private ServerProcess start(Path data, String durability) {
        return ServerProcess.start(scratch, data, "--durability", durability);
    }

    private void killWhileStarting(Path data, String durability, Random random) {
        try (ServerProcess unlucky = ServerProcess.launch(scratch, data, 0, "--durability", durability)) {
            unlucky.endsWithin(Duration.ofMillis(random.nextInt(LIFE_MILLIS_MAX)));
            unlucky.kill();
        }
    }

    private void createStreams(String url) throws IOException, InterruptedException {
        for (int i = 0; i < STREAMS; i++) {
            String stream = "kill/" + i;
            streams.add(stream);
            StreamReader.create(url, stream);
        }
    }

    private List<Future<Void>> startClients(ExecutorService clients, Random random, String url) {
        List<Future<Void>> running = new ArrayList<>();
        current.isAt(url);
        for (int i = 0; i < APPENDERS; i++) {
            Appender appender = new Appender("c" + i, random.nextLong(), streams, ledger, current);
            appenders.add(appender);
            running.add(clients.submit(appender));
        }
        for (int i = 0; i < SHRINKERS; i++) {
            String prefix = "shrinking/" + i + "/";
            List<String> own =
                    IntStream.range(0, SHRINKING).mapToObj(n -> prefix + n).toList();
            Shrinker shrinker = new Shrinker(random.nextLong(), own, current);
            shrinkers.add(shrinker);
            running.add(clients.submit(shrinker));
        }
        for (int i = 0; i < FOLLOWERS; i++) {
            Follower follower = new Follower(streams.get(i), current);
            followers.add(follower);
            clients.submit(follower);
        }
        return running;
    }

    /** Lets the producers finish and the followers catch up. */
    private void settle(ServerProcess server, List<Future<Void>> producing) throws Exception {
        appenders.forEach(Appender::stop);
        shrinkers.forEach(Shrinker::stop);
        for (Future<Void> producer : producing) {
            producer.get(60, TimeUnit.SECONDS);
        }
        for (Follower follower : followers) {
            int tail = StreamReader.read(server.url(), follower.stream()).size();
            await().atMost(CATCH_UP_MAX)
                    .until(() ->
                            follower.count() >= tail || !follower.complaints().isEmpty());
        }
    }

    private void judge(String url, String durability, long seed) throws IOException, InterruptedException {
        Map<String, List<Stored>> held = new HashMap<>();
        long events = 0;
        for (String stream : streams) {
            List<Stored> stored = StreamReader.read(url, stream);
            held.put(stream, stored);
            events += stored.size();
        }
        int replays = 0;
        for (Appender appender : appenders) {
            assertThat(appender.complaints()).as("seed %s", seed).isEmpty();
            replays += appender.replays();
        }
        int shrinkings = 0;
        for (Shrinker shrinker : shrinkers) {
            assertThat(shrinker.complaints()).as("seed %s", seed).isEmpty();
            shrinkings += shrinker.shrinkings();
        }
        assertThat(shrinkings).as("trims and deletions that were answered").isGreaterThanOrEqualTo(SHRINKERS);
        assertThat(ledger.violations(held)).as("seed %s", seed).isEmpty();
        int connections = 0;
        for (Follower follower : followers) {
            assertThat(follower.complaints()).as("seed %s", seed).isEmpty();
            List<Stored> stream = held.getOrDefault(follower.stream(), List.of());
            assertThat(follower.seen()).as("what %s showed", follower.stream()).hasSameSizeAs(stream);
            for (int i = 0; i < stream.size(); i++) {
                assertThat(follower.seen().get(i)).isEqualTo(stream.get(i).payload());
            }
            connections += follower.connections();
        }
        assertThat(ledger.acknowledged()).as("acknowledged operations").isGreaterThan(2L * KILLS);
        assertThat(replays).as("repeats that were recognised").isPositive();
        System.out.printf(
                "kill -9 at %s, seed %d: %d kills, %d operations acknowledged, %d open, %d replayed, %d events, %d"
                        + " trims and deletions, %d connections of %d followers%n",
                durability,
                seed,
                KILLS,
                ledger.acknowledged(),
                ledger.open(),
                replays,
                events,
                shrinkings,
                connections,
                FOLLOWERS);
    }
}
