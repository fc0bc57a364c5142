package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Proves("TST-2")
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ServeTest {
    @TempDir
    private Path scratch = Path.of("");

    @Test
    void says_when_it_is_ready_and_nothing_else_and_ends_in_order_on_sigterm() throws IOException {
        try (ServerProcess server = ServerProcess.start(scratch, data())) {
            assertThat(append(server.url(), "orders", "a\nb\n").output()).containsExactly("1..2");
            server.stop();
            assertThat(server.waitingLines()).isEmpty();
        }
        try (Stream<Path> left = Files.list(scratch.resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_log_that_was_closed_in_order_opens_at_once() {
        for (int round = 1; round <= 3; round++) {
            try (ServerProcess server = ServerProcess.start(scratch, data())) {
                assertThat(append(server.url(), "orders", "a\n").output()).containsExactly(round + ".." + round);
                server.stop();
            }
        }
    }

    @Test
    void the_memory_backend_needs_no_directory() {
        try (ServerProcess server = ServerProcess.start(scratch, data(), "--backend", "memory")) {
            assertThat(append(server.url(), "orders", "a\n").output()).containsExactly("1..1");
            server.stop();
        }
        assertThat(data()).doesNotExist();
    }

    @Test
    void a_directory_in_use_is_refused_with_one_line() {
        try (ServerProcess first = ServerProcess.start(scratch, data());
                ServerProcess second = ServerProcess.launch(scratch, data(), 0)) {
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.waitingLines()).isEmpty();
            assertThat(second.notices().lines()).hasSize(1);
            assertThat(second.notices()).startsWith("fluxlog: busy: ");
            first.stop();
        }
    }

    @Test
    void a_data_path_that_is_a_file_is_refused_with_one_line() throws IOException {
        Files.writeString(data(), "not a directory");
        try (ServerProcess server = ServerProcess.launch(scratch, data(), 0)) {
            assertThat(server.exitCode()).isEqualTo(1);
            assertThat(server.notices().lines()).hasSize(1);
            assertThat(server.notices()).startsWith("fluxlog: ").doesNotContain("\tat ", "Exception");
        }
        assertThat(data()).hasContent("not a directory");
    }

    @Test
    void a_port_in_use_is_refused_with_one_line_and_the_directory_is_released() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                ServerProcess server = ServerProcess.launch(scratch, data(), taken.getLocalPort())) {
            assertThat(server.exitCode()).isEqualTo(1);
            assertThat(server.notices().lines()).hasSize(1);
            assertThat(server.notices()).startsWith("fluxlog: cannot-listen: ");
        }
        try (ServerProcess server = ServerProcess.start(scratch, data())) {
            server.stop();
        }
    }

    @Test
    void listening_beyond_this_machine_has_to_be_asked_for() {
        ChildProcess.Ended ended =
                ChildProcess.run(scratch, new byte[0], "serve", "--backend", "memory", "--listen", "0.0.0.0:0");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.notices()).contains("insecure");
    }

    private ChildProcess.Ended append(String url, String stream, String lines) {
        ChildProcess.Ended ended =
                ChildProcess.run(scratch, lines.getBytes(StandardCharsets.UTF_8), "append", stream, "--url", url);
        assertThat(ended.code()).as(ended.notices()).isZero();
        return ended;
    }

    private Path data() {
        return scratch.resolve("data");
    }
}
