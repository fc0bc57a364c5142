package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.acceptance.History.Append;
import dev.fluxlog.acceptance.History.Call;
import dev.fluxlog.acceptance.History.Read;
import dev.fluxlog.acceptance.History.Refused;
import dev.fluxlog.acceptance.Ledger.Stored;
import dev.fluxlog.spec.Proves;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records what clients of a few streams are told while the server is killed again and again, and asks whether all of it
 * could have happened one after the other.
 *
 * <p>{@code -Dfluxlog.histories.kills=N} sets the number of kills per level, {@code -Dfluxlog.histories.clients=N} the
 * clients, {@code -Dtest.seed=N} replays the choices; how they meet the server's work differs from run to run.
 */
@ExtendWith(NothingLeftBehind.class)
class HistoriesTest {
    private static final int KILLS = Integer.getInteger("fluxlog.histories.kills", 3);
    private static final int CLIENTS = Integer.getInteger("fluxlog.histories.clients", 6);

    /** A kill comes after so many answers at least, and up to so many later: however fast the machine is, it finds work. */
    private static final int LIFE_CALLS_MIN = 20;

    private static final int LIFE_CALLS_MORE = 200;

    /** Few, so that the clients meet each other. */
    private static final List<String> STREAMS = List.of("history/a", "history/b");

    @TempDir
    private Path scratch = Path.of("");

    private final CurrentServer current = new CurrentServer();
    private final History history = new History();
    private final List<HistoryClient> clients = new ArrayList<>();

    @Proves({"STR-37", "TST-2"})
    @ParameterizedTest
    @ValueSource(strings = {"disk", "process"})
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void what_clients_are_told_side_by_side_could_have_happened_one_after_the_other(String durability)
            throws Exception {
        long seed = Long.getLong("fluxlog.test.seed", System.nanoTime());
        Random random = new Random(seed);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            ServerProcess server = start(durability);
            try {
                for (String stream : STREAMS) {
                    StreamReader.create(server.url(), stream);
                }
                current.isAt(server.url());
                List<Future<Void>> running = IntStream.range(0, CLIENTS)
                        .mapToObj(i -> new HistoryClient("c" + i, random.nextLong(), STREAMS, history, current))
                        .peek(clients::add)
                        .map(threads::submit)
                        .toList();
                for (int kill = 1; kill <= KILLS; kill++) {
                    live(server, random);
                    current.isDown();
                    server.kill();
                    server = start(durability);
                    current.isAt(server.url());
                }
                live(server, random);
                clients.forEach(HistoryClient::stop);
                for (Future<Void> client : running) {
                    client.get(60, TimeUnit.SECONDS);
                }
                judge(server.url(), durability, seed);
                server.stop();
            } finally {
                server.close();
            }
        } finally {
            current.isOver();
            threads.shutdownNow();
            assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private ServerProcess start(String durability) {
        return ServerProcess.start(scratch, scratch.resolve("data"), "--durability", durability);
    }

    private void live(ServerProcess server, Random random) {
        int calls = history.size() + LIFE_CALLS_MIN + random.nextInt(LIFE_CALLS_MORE);
        await().pollInterval(Duration.ofMillis(1))
                .atMost(ChildProcess.PATIENCE)
                .until(() -> history.size() >= calls || clients.stream().anyMatch(HistoryClient::complains));
        assertThat(server.endsWithin(Duration.ZERO))
                .as("the server ends by itself: %s", server.notices())
                .isFalse();
    }

    private void judge(String url, String durability, long seed) throws Exception {
        Map<String, List<Stored>> held = new HashMap<>();
        for (String stream : STREAMS) {
            held.put(stream, StreamReader.read(url, stream));
        }
        int replays = 0;
        for (HistoryClient client : clients) {
            assertThat(client.complaints()).as("seed %s", seed).isEmpty();
            replays += client.replays();
        }
        List<Call> calls = history.calls();
        assertThat(HistoryCheck.violations(calls, held)).as("seed %s", seed).isEmpty();
        long open = appends(calls)
                .filter(append -> append.answered() == History.NEVER)
                .count();
        long expecting = appends(calls)
                .filter(append -> append.expected() != History.ANY)
                .count();
        long refused = calls.stream().filter(Refused.class::isInstance).count();
        long pages = calls.stream().filter(Read.class::isInstance).count();
        assertThat(expecting).as("appends with an expectation").isPositive();
        assertThat(refused).as("conflicts").isPositive();
        assertThat(pages).as("pages").isPositive();
        assertThat(replays).as("repeats that were recognised").isPositive();
        System.out.printf(
                "histories at %s, seed %d: %d kills, %d appends (%d with an expectation, %d without an answer), %d"
                        + " conflicts, %d replayed, %d pages, %d events%n",
                durability,
                seed,
                KILLS,
                appends(calls).count(),
                expecting,
                open,
                refused,
                replays,
                pages,
                held.values().stream().mapToInt(List::size).sum());
    }

    private static Stream<Append> appends(List<Call> calls) {
        return calls.stream().filter(Append.class::isInstance).map(Append.class::cast);
    }
}
