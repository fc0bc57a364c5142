package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.LogException;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDirectoryTest {
    @TempDir
    Path directory;

    private ChronicleBackend open(Path path) {
        ChronicleBackend backend = new ChronicleBackend(path, TestLogs.small(), new TestDisk(), CrashPoints.NONE);
        backend.recover();
        return backend;
    }

    @Test
    @Proves({"OWN-7"})
    void theFirstInitMakesALogAndEveryLaterOneConfirmsItWithoutChangingAByte() {
        Path log = directory.resolve("a/b");
        LogDirectory.Identity made = LogDirectory.of(log).init();
        assertThat(made.created()).isTrue();
        String before = Image.digest(log);
        assertThat(LogDirectory.of(log).init()).isEqualTo(new LogDirectory.Identity(false, made.nodeId()));
        assertThat(Image.digest(log)).isEqualTo(before);
        Script script = new Script();
        ChronicleBackend backend = open(log);
        script.create(1).append(1, "a").commit(backend);
        assertThat(LogDirectory.of(log).init().nodeId()).isEqualTo(made.nodeId());
        backend.close();
        backend = open(log);
        assertThat(Script.read(backend, 1, 1, 1)).containsExactly("a");
        backend.abandon();
        assertThat(LogDirectory.of(log).init()).isEqualTo(new LogDirectory.Identity(false, made.nodeId()));
    }

    @Test
    @Proves({"OWN-7"})
    void anIdentityThatCannotBeReadIsAnErrorAndStaysAsItIs() throws IOException {
        LogDirectory.of(directory).init();
        byte[] manifest = Files.readAllBytes(directory.resolve("manifest"));
        manifest[20] ^= 1;
        Files.write(directory.resolve("manifest"), manifest);
        Files.write(directory.resolve("manifest.copy"), manifest);
        String before = Image.digest(directory);
        assertThatThrownBy(() -> LogDirectory.of(directory).init()).isInstanceOf(LogException.Corrupt.class);
        assertThat(Image.digest(directory)).isEqualTo(before);
        Files.delete(directory.resolve("manifest"));
        Files.delete(directory.resolve("manifest.copy"));
        Script script = new Script();
        Path other = directory.resolve("other");
        ChronicleBackend backend = open(other);
        script.create(1).append(1, "a").commit(backend);
        backend.close();
        Files.delete(other.resolve("manifest"));
        Files.delete(other.resolve("manifest.copy"));
        before = Image.digest(other);
        assertThatThrownBy(() -> LogDirectory.of(other).init()).isInstanceOf(LogException.Corrupt.class);
        assertThat(Image.digest(other)).isEqualTo(before);
    }

    @Test
    @Proves({"OWN-1"})
    void theOwnerTellsWhereItAnswersAndTakesThatBackWhenItEnds() {
        assertThatThrownBy(() -> LogDirectory.of(directory).announce("http://127.0.0.1:1"))
                .isInstanceOf(IllegalStateException.class);
        ChronicleBackend owner = open(directory);
        assertThat(LogDirectory.of(directory).endpoint()).isEmpty();
        LogDirectory.of(directory).announce("http://127.0.0.1:1");
        assertThat(LogDirectory.of(directory).endpoint()).contains("http://127.0.0.1:1");
        assertThatThrownBy(() -> open(directory))
                .hasMessageContainingAll(
                        "process " + ProcessHandle.current().pid(),
                        "on host ",
                        "which opened it at 20",
                        "answers at http://127.0.0.1:1");
        owner.close();
        assertThat(LogDirectory.of(directory).endpoint()).isEmpty();
    }

    @Test
    @Proves({"OWN-2"})
    void theAddressOfADeadOwnerIsNotFollowed() throws IOException {
        ChronicleBackend owner = open(directory);
        LogDirectory.of(directory).announce("http://127.0.0.1:1");
        Path record = directory.resolve("OWNER");
        String facts = Files.readString(record);
        for (String dead : new String[] {
            facts.replaceAll("process-start=.*", "process-start=2001-01-01T00:00:00Z"),
            facts.replaceAll("pid=.*", "pid=x"),
            facts.replaceAll("host=.*", "host=" + UUID.randomUUID()),
            "garbage"
        }) {
            Files.write(record, dead.getBytes(StandardCharsets.UTF_8));
            assertThat(LogDirectory.of(directory).endpoint()).as(dead).isEmpty();
        }
        owner.close();
    }
}
