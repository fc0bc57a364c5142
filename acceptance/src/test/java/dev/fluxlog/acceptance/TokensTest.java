package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A server that asks for tokens, and commands that have one. */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TokensTest {
    private static final String SAID = "fluxlog: the token is ";

    @TempDir
    private Path scratch = Path.of("");

    @Test
    @Proves({"SEC-2", "SEC-5"})
    void a_token_that_was_made_lets_in_and_shows_up_nowhere() throws IOException {
        ChildProcess.Ended made =
                ChildProcess.run(scratch, new byte[0], "token", "ann", "append:orders/*", "read:orders/*");
        assertThat(made.code()).isZero();
        String token = made.notices().substring(SAID.length());
        Path tokens = Files.writeString(scratch.resolve("tokens"), String.join("\n", made.output()));
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));

        try (ServerProcess server = ServerProcess.start(
                scratch, scratch.resolve("data"), "--backend", "memory", "--tokens", tokens.toString())) {
            ChildProcess.Ended refused = append(server.url(), "orders/1");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.notices()).startsWith("fluxlog: unauthenticated: ");

            assertThat(append(server.url(), "orders/1", "--token", token).output())
                    .containsExactly("1..1");
            ChildProcess.Ended elsewhere = append(server.url(), "stock", "--token", token);
            assertThat(elsewhere.code()).isEqualTo(1);
            assertThat(elsewhere.notices()).startsWith("fluxlog: forbidden: ").doesNotContain(token);
            server.stop();
            assertThat(server.notices()).doesNotContain(token);
        }
        assertThat(List.of(Files.readString(tokens), String.join("", made.output())))
                .noneMatch(text -> text.contains(token));
    }

    @Test
    @Proves("SEC-3")
    void an_address_beyond_this_machine_takes_tokens_or_has_to_be_asked_for() throws IOException {
        String[] open = {"serve", "--backend", "memory", "--listen", "0.0.0.0:0"};
        ChildProcess.Ended refused = ChildProcess.run(scratch, new byte[0], open);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.notices()).contains("--tokens", "--jwt-keys", "--insecure");
    }

    @Test
    void tokens_that_cannot_be_used_end_the_start_with_one_line() throws IOException {
        Path tokens = Files.writeString(scratch.resolve("tokens"), "ann plain-token read:*\n");
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));
        ChildProcess.Ended ended =
                ChildProcess.run(scratch, new byte[0], "serve", "--backend", "memory", "--tokens", tokens.toString());
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.notices()).contains("line 1").doesNotContain("plain-token", "Exception");
    }

    private ChildProcess.Ended append(String url, String stream, String... more) {
        String[] words = {"append", stream, "--url", url};
        String[] all = java.util.stream.Stream.of(words, more)
                .flatMap(java.util.Arrays::stream)
                .toArray(String[]::new);
        return ChildProcess.run(scratch, "a\n".getBytes(StandardCharsets.UTF_8), all);
    }
}
