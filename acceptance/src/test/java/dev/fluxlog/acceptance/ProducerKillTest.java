package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.spec.Proves;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server under numbered producers, which repeat what was not answered with the same numbers: each append is
 * there once, and what the server knows of a producer outlives the server.
 *
 * <p>{@code -Dfluxlog.kills=N} sets the number of kills.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ProducerKillTest {
    private static final int KILLS = Integer.getInteger("fluxlog.kills", 5);
    private static final int PRODUCERS = 4;
    private static final int LIFE_MILLIS_MAX = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path scratch = Path.of("");

    @Test
    @Proves({"STR-25", "STR-2"})
    void anAppendThatIsRepeatedWithItsNumbersIsThereOnce() throws Exception {
        long seed = Long.getLong("fluxlog.test.seed", System.nanoTime());
        Random random = new Random(seed);
        CurrentServer current = new CurrentServer();
        ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS);
        ServerProcess server = start();
        try {
            current.isAt(server.url());
            List<NumberedProducer> producers = IntStream.range(0, PRODUCERS)
                    .mapToObj(i -> new NumberedProducer("producer-" + i, "s" + i, current))
                    .toList();
            List<Future<Void>> running = producers.stream().map(threads::submit).toList();
            for (int kill = 1; kill <= KILLS; kill++) {
                server.endsWithin(Duration.ofMillis(random.nextInt(LIFE_MILLIS_MAX)));
                current.isDown();
                server.kill();
                server = start();
                current.isAt(server.url());
            }
            producers.forEach(NumberedProducer::stop);
            for (Future<Void> one : running) {
                one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            for (NumberedProducer producer : producers) {
                assertThat(producer.complaints()).as("seed %d", seed).isEmpty();
                assertThat(DurableClient.read(server.url(), producer.stream()))
                        .as("seed %d", seed)
                        .isEqualTo(producer.wanted());
            }
            server.stop();
        } finally {
            current.isOver();
            threads.shutdownNow();
            assertThat(threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            server.close();
        }
    }

    @Test
    @Proves("STR-25")
    void anAppendWhoseAnswerDiedWithTheServerIsThereOnce() throws Exception {
        int commits = 3;
        ServerProcess server = start();
        try {
            DurableClient.create(server.url(), "s");
            List<String> wanted = new ArrayList<>();
            for (int number = 0; number < commits; number++) {
                String text = "event " + number + ";";
                wanted.add(text);
                // Nobody reads the answer; that the event shows proves that it was committed.
                try (Socket unheard = raw(server.url(), "s", "0", number, text)) {
                    String url = server.url();
                    String all = String.join("", wanted);
                    await().atMost(PATIENCE)
                            .until(() -> DurableClient.read(url, "s").equals(all));
                    server.kill();
                }
                server = start();

                DurableClient.Answer repeated = DurableClient.append(server.url(), "s", "p", 0, number, text);

                assertThat(repeated.status()).as("known from before").isEqualTo(204);
                assertThat(DurableClient.read(server.url(), "s")).isEqualTo(String.join("", wanted));
            }
            server.stop();
        } finally {
            server.close();
        }
    }

    @Test
    @Proves({"STR-23", "STR-25", "STR-26"})
    void whatIsKnownOfAProducerAndTheEndOfAStreamOutliveTheServer() throws Exception {
        ServerProcess server = start();
        try {
            DurableClient.create(server.url(), "s");
            assertThat(DurableClient.append(server.url(), "s", "p", 3, 0, "a").status())
                    .isEqualTo(200);
            assertThat(DurableClient.append(server.url(), "s", "p", 4, 0, "b").status())
                    .isEqualTo(200);
            server = killed(server);

            DurableClient.Answer fenced = DurableClient.append(server.url(), "s", "p", 3, 1, "late");
            assertThat(fenced.status()).isEqualTo(403);
            assertThat(fenced.header("Producer-Epoch")).isEqualTo("4");
            DurableClient.Answer ahead = DurableClient.append(server.url(), "s", "p", 4, 5, "early");
            assertThat(ahead.status()).isEqualTo(409);
            assertThat(ahead.header("Producer-Expected-Seq")).isEqualTo("1");
            assertThat(ahead.header("Producer-Received-Seq")).isEqualTo("5");

            assertThat(DurableClient.last(server.url(), "s", "p", 4, 1, "c").status())
                    .isIn(200, 204);
            server = killed(server);

            DurableClient.Answer again = DurableClient.last(server.url(), "s", "p", 4, 1, "c");
            assertThat(again.status()).isEqualTo(204);
            assertThat(again.header("Stream-Closed")).isEqualTo("true");
            assertThat(DurableClient.append(server.url(), "s", "p", 3, 1, "late")
                            .status())
                    .isEqualTo(403);
            assertThat(DurableClient.append(server.url(), "s", "other", 0, 0, "x")
                            .status())
                    .isEqualTo(409);
            assertThat(DurableClient.read(server.url(), "s")).isEqualTo("abc");
            server.stop();
        } finally {
            server.close();
        }
    }

    private ServerProcess start() {
        return ServerProcess.start(scratch, scratch.resolve("data"), "--durability", "disk");
    }

    private ServerProcess killed(ServerProcess server) {
        server.kill();
        return start();
    }

    private static Socket raw(String url, String stream, String epoch, int number, String text) throws Exception {
        URI uri = URI.create(url);
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        String request = "POST /v1/stream/" + stream + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                + "Producer-Id: p\r\nProducer-Epoch: " + epoch + "\r\nProducer-Seq: " + number
                + "\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }
}
