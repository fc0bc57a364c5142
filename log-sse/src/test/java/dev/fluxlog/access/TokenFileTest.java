package dev.fluxlog.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

@Proves("SEC-2")
class TokenFileTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    private Path folder = Path.of("");

    private Authority tokens = Authority.anybody();

    @AfterEach
    void close() {
        tokens.close().block(PATIENCE);
    }

    @Test
    void aTokenStandsForItsCallerAndItsGrants() throws IOException {
        open("# who may what\n\n" + TokenFile.line("ann", "secret-of-ann", Grant.of("read:orders/*")) + "\r\n"
                + TokenFile.line("bob", "secret-of-bob", Grant.of("read,append,admin:*")));

        assertThat(who("secret-of-ann").name()).isEqualTo("ann");
        assertThat(who("secret-of-ann").may(Right.READ, "orders/1")).isTrue();
        assertThat(who("secret-of-ann").may(Right.APPEND, "orders/1")).isFalse();
        assertThat(who("secret-of-bob").may(Right.ADMIN, "orders/1")).isTrue();
        assertThatThrownBy(() -> who("secret-of-eve")).isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> who("")).isInstanceOf(Unauthenticated.class);
    }

    @Test
    void theFileHoldsNoToken() {
        assertThat(TokenFile.line("ann", "secret-of-ann", Grant.of("read:*"))).doesNotContain("secret");
    }

    @Test
    void aTokenEndsAtItsTime() throws IOException {
        open(TokenFile.line("ann", "a", Grant.of("read:*")) + " expires=2026-11-20T12:00:01Z\n"
                + TokenFile.line("bob", "b", Grant.of("read:*")) + " expires=2026-11-20T12:00:00Z\n");

        assertThat(who("a").until()).isEqualTo(NOW.plusSeconds(1));
        assertThatThrownBy(() -> who("b")).isInstanceOf(Unauthenticated.class);
    }

    @Test
    void aChangeOfTheFileCounts() throws Exception {
        open(TokenFile.line("ann", "a", Grant.of("read:*")));
        CountDownLatch changed = new CountDownLatch(1);
        tokens.changes().subscribe(change -> changed.countDown());

        replace(TokenFile.line("bob", "b", Grant.of("read:*")));

        assertThat(changed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(who("b").name()).isEqualTo("bob");
        assertThatThrownBy(() -> who("a")).isInstanceOf(Unauthenticated.class);
    }

    @Test
    void aChangeThatCannotBeReadLeavesWhatWasThere() throws Exception {
        open(TokenFile.line("ann", "a", Grant.of("read:*")));
        CountDownLatch changed = new CountDownLatch(1);
        tokens.changes().subscribe(change -> changed.countDown());

        replace("ann nonsense\n");
        // Looked at in turn: once the second change was seen the first one has been as well.
        replace("ann nonsense\n# again\n");
        assertThat(who("a").name()).isEqualTo("ann");
        replace(TokenFile.line("bob", "b", Grant.of("read:*")));

        assertThat(changed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(who("b").name()).isEqualTo("bob");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann",
                "ann my-token-in-plain read:*",
                "ann sha256:12 read:*",
                "ann sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "ann sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 my-token-in-plain",
                "ann sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 read:* expires=soon",
                "a sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 read:*\n"
                        + "b sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 admin:*"
            })
    void aLineThatIsNoneIsRefusedWithoutRepeatingIt(String line) {
        assertThatThrownBy(() -> open(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line ")
                .hasMessageNotContaining("my-token-in-plain");
    }

    @Test
    void aFileThatOthersMayWriteIsRefused() throws IOException {
        Path file = write(TokenFile.line("ann", "a", Grant.of("read:*")));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));

        assertThatThrownBy(() -> TokenFile.open(file, CLOCK).block(PATIENCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chmod");
    }

    @Test
    void aFileThatIsMissingIsRefused() {
        assertThatThrownBy(() -> TokenFile.open(folder.resolve("none"), CLOCK).block(PATIENCE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Caller who(String token) {
        return now(tokens.authenticate(token));
    }

    private void open(String content) throws IOException {
        tokens = now(TokenFile.open(write(content), CLOCK));
    }

    private Path write(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("tokens"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        return file;
    }

    private void replace(String content) throws IOException {
        Path fresh = Files.writeString(folder.resolve("tokens.new"), content);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r-----"));
        Files.move(fresh, folder.resolve("tokens"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static <T> T now(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(PATIENCE));
    }
}
