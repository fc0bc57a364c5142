package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
    @TempDir
    Path directory;

    private ChronicleBackend open(Path path) {
        ChronicleBackend backend = new ChronicleBackend(path, TestLogs.small(), new TestDisk(), CrashPoints.NONE);
        backend.recover();
        return backend;
    }

    private static void assertRefused(Kind kind, ThrowingCallable opening, String... words) {
        assertThatThrownBy(opening)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContainingAll(words);
    }

    @Test
    @Proves({"OWN-1", "LIM-3"})
    void aSecondOpenInTheSameProcessIsBusyAndDoesNotLoseTheLock() {
        try (ChronicleBackend first = open(directory)) {
            for (int i = 0; i < 3; i++) {
                assertRefused(
                        Kind.BUSY,
                        () -> open(directory),
                        "process " + ProcessHandle.current().pid(),
                        "on host");
            }
            assertThat(first.durability()).isNotNull();
        }
        open(directory).close();
    }

    @Test
    @Proves({"OWN-1"})
    void anotherSpellingOfTheDirectoryIsTheSameLog() throws IOException {
        Path log = Files.createDirectory(directory.resolve("log"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), log);
        ChronicleBackend first = open(log);
        assertRefused(Kind.BUSY, () -> open(link), "in use");
        assertRefused(Kind.BUSY, () -> open(directory.resolve("log/../log/.")), "in use");
        first.close();
        open(link).close();
    }

    @Test
    @Proves({"OWN-3"})
    void ofManyStartersAtOnceExactlyOneWins() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(20);
        List<Future<ChronicleBackend>> starters = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            starters.add(threads.submit(() -> open(directory)));
        }
        List<ChronicleBackend> winners = new ArrayList<>();
        for (Future<ChronicleBackend> starter : starters) {
            try {
                winners.add(starter.get());
            } catch (java.util.concurrent.ExecutionException e) {
                assertThat(e.getCause()).hasMessageContaining("in use");
            }
        }
        threads.shutdown();
        assertThat(winners).hasSize(1);
        winners.get(0).close();
    }

    @Test
    @Proves({"OWN-2"})
    void theRecordOfADeadOwnerOrGarbageInItsPlaceKeepsNobodyOut() throws IOException {
        open(directory).abandon();
        assertThat(Files.readString(directory.resolve("OWNER"))).contains("pid=", "epoch=1", "host=", "opened-at=");
        open(directory).abandon();
        Files.write(directory.resolve("OWNER"), new byte[] {0, 1, 2, (byte) 0xFF});
        ChronicleBackend owner = open(directory);
        assertThat(Files.readString(directory.resolve("OWNER"))).contains("epoch=3");
        Files.write(directory.resolve("OWNER"), "garbage".getBytes(StandardCharsets.UTF_8));
        assertRefused(Kind.BUSY, () -> open(directory), "process unknown");
        owner.close();
        assertThat(directory.resolve("OWNER")).doesNotExist();
    }

    @Test
    @Proves({"OWN-6"})
    void closingCanBeRepeatedAndTheLogOpensAtOnceAfterIt() {
        for (int i = 0; i < 20; i++) {
            ChronicleBackend backend = open(directory);
            backend.close();
            backend.close();
        }
    }

    @Test
    void aPathThatCannotBeALogIsToldPlainly() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertRefused(Kind.SETUP, () -> open(file), "not a directory");
        assertRefused(Kind.SETUP, () -> open(file.resolve("below")), "not a directory");
    }

    @Test
    @Proves({"OWN-7"})
    void journalsWithoutAManifestAreDamageAndNotANewLog() throws IOException {
        open(directory).close();
        Files.delete(directory.resolve("manifest"));
        Files.delete(directory.resolve("manifest.copy"));
        assertRefused(Kind.CORRUPT, () -> open(directory), "no manifest");
    }

    @Test
    @Proves({"FMT-8"})
    void noFileNamesTheDirectoryWhichCanBeMovedAndOpensAsItWas() throws IOException {
        Path before = directory.resolve("before");
        Script script = new Script();
        ChronicleBackend backend = open(before);
        script.create(1).append(1, "a").commit(backend);
        assertNothingNames(before);
        backend.abandon();
        open(before).close();
        assertNothingNames(before);
        Path after = Files.move(before, directory.resolve("after"));
        backend = open(after);
        assertThat(Script.read(backend, 1, 1, 1)).containsExactly("a");
        backend.close();
    }

    private static void assertNothingNames(Path log) throws IOException {
        try (Stream<Path> files = Files.walk(log)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(log.toString(), log.toRealPath().toString());
            }
        }
    }

    @Test
    void whatTheJvmLacksIsNamedInFull() {
        assertRefused(Kind.SETUP, () -> StartCheck.require(false), StartCheck.JVM_OPTIONS, "Add-Opens");
    }
}
