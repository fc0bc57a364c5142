package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(NothingLeftBehind.class)
class TailTest {
    private static final int KILLS = 2;
    private static final int LINES = 20;

    @TempDir
    private Path scratch = Path.of("");

    @Proves({"SUB-2", "TST-2"})
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void goes_on_through_kill_and_restart_without_gap_or_repeat() throws Exception {
        ServerProcess server = start(0);
        post(server.url(), "followed");
        try (ChildProcess tail = tail(server)) {
            long next = 1;
            for (int kill = 0; kill <= KILLS; kill++) {
                for (int line = 0; line < LINES; line++) {
                    assertThat(Json.read(tail.line()).get("sequence").asLong()).isEqualTo(next++);
                }
                server.kill();
                server = start(server.port());
                post(server.url(), "followed");
            }
            for (int line = 0; line < LINES; line++) {
                assertThat(Json.read(tail.line()).get("sequence").asLong()).isEqualTo(next++);
            }
            seal(server.url());
            assertThat(tail.exitCode()).isZero();
            assertThat(tail.waitingLines()).isEmpty();
            assertThat(tail.notices()).contains("trying again after sequence 20", "connected again");
            server.stop();
        } finally {
            server.close();
        }
    }

    @Proves({"SUB-2", "SUB-22", "TST-2"})
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void many_streams_go_on_through_kill_and_restart_without_gap_or_repeat() throws Exception {
        ServerProcess server = start(0);
        try (ChildProcess tail =
                ChildProcess.start(scratch, "tail", "--prefix", "s/", "--from", "start", "--url", server.url())) {
            long position = 0;
            for (int round = 0; round < 2; round++) {
                post(server.url(), "s/" + round % 2);
                post(server.url(), "passed/over");
                post(server.url(), "s/" + (round + 1) % 2);
                for (int line = 0; line < 2 * LINES; line++) {
                    position += line == LINES ? LINES + 1 : 1;
                    JsonNode event = Json.read(tail.line());
                    assertThat(event.get("position").asLong()).isEqualTo(position);
                    assertThat(event.get("stream").asString()).isEqualTo("s/" + (round + line / LINES) % 2);
                }
                server.kill();
                server = start(server.port());
            }
            assertThat(tail.notices()).contains("trying again after position 60", "connected again");
            server.stop();
            tail.kill();
            assertThat(tail.waitingLines()).isEmpty();
        } finally {
            server.close();
        }
    }

    private ServerProcess start(int port) {
        ServerProcess server = ServerProcess.launch(scratch, scratch.resolve("data"), port);
        server.awaitReady();
        return server;
    }

    private ChildProcess tail(ServerProcess server) {
        return ChildProcess.start(scratch, "tail", "followed", "--from", "start", "--url", server.url());
    }

    private static void post(String url, String stream) throws IOException, InterruptedException {
        HttpRequest append = HttpRequest.newBuilder(URI.create(url + "/streams/" + stream))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString("1\n".repeat(LINES)))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(append, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(201);
    }

    private void seal(String url) {
        ChildProcess.Ended ended = ChildProcess.run(scratch, new byte[0], "seal", "followed", "--url", url);
        assertThat(ended.code()).as(ended.notices()).isZero();
    }
}
