package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.Diagnosis.Status;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody removes a file or a directory of a log that nobody has open, each of them in turn, and all files of a kind.
 *
 * <p>Whatever it is and however the log was left, it opens with all its events, or what is missing is told: by the open,
 * or by the read of exactly that event. The doctor knows of it too, whatever is appended afterwards stays, and no log
 * ever looks shorter than it was.
 */
class RemovedFilesTest {
    /** How the log was left. */
    private enum Left {
        KILLED_BEFORE_A_CHECKPOINT(log -> log.fill(12).backend.abandon()),
        KILLED_BEHIND_CHECKPOINTS(log -> log.fill(60, 20_000).backend.abandon()),
        KILLED_AND_RECOVERED_AND_KILLED(log -> {
            log.fill(12).backend.abandon();
            log.open().fill(12).backend.abandon();
        }),
        CLOSED(log -> log.fill(12).backend.close()),
        CLOSED_WITH_FRAMES_GATHERED(log -> log.create(70).backend.close()),
        KILLED_AND_RECOVERED_AND_CLOSED(log -> {
            log.fill(12).backend.abandon();
            log.open().backend.close();
        });

        private final Consumer<Log> history;

        Left(Consumer<Log> history) {
            this.history = history;
        }
    }

    /** A log and all that it acknowledged. */
    private static final class Log {
        private final Path directory;
        private final Script script = new Script();
        private ChronicleBackend backend;

        Log(Path directory) {
            this.directory = directory;
            this.backend = backend();
            backend.recover();
            script.create(1).create(2).commit(backend);
        }

        private ChronicleBackend backend() {
            return new ChronicleBackend(directory, TestLogs.gathering(), new TestDisk(), CrashPoints.NONE);
        }

        Log open() {
            backend = backend();
            backend.recover();
            return this;
        }

        Log fill(int groups) {
            return fill(groups, 10);
        }

        Log fill(int groups, int bytes) {
            for (int i = 0; i < groups; i++) {
                script.append(1, "a".repeat(bytes) + i).append(2, "b" + i).commit(backend);
            }
            return this;
        }

        List<String> highWaterMarks() {
            return script.streams().stream()
                    .map(stream -> stream + " through " + script.high(stream))
                    .toList();
        }

        /** More streams than a close writes out. */
        Log create(int streams) {
            for (int stream = 3; stream < streams + 3; stream++) {
                script.create(stream).append(stream, "c" + stream).commit(backend);
            }
            return fill(2);
        }
    }

    @TempDir
    Path scratch;

    private static List<Path> paths(Path log) throws IOException {
        try (Stream<Path> paths = Files.walk(log)) {
            return paths.filter(path -> !path.equals(log)).sorted().toList();
        }
    }

    @TestFactory
    @Proves({"STR-32", "STR-33", "DOC-2"})
    Stream<DynamicTest> nothingIsEverTakenForEmpty() {
        return Stream.of(Left.values()).map(left -> DynamicTest.dynamicTest(left.name(), () -> removeEach(left)));
    }

    private void removeEach(Left left) throws IOException {
        Log log = new Log(scratch.resolve(left.name()));
        left.history.accept(log);
        List<Path> removed = new ArrayList<>();
        for (Path victim : paths(log.directory)) {
            Path name = log.directory.relativize(victim);
            // One stream of the many that are alike is enough.
            if (!name.toString().matches("streams.(0[3-9a-f]|[1-9a-f].)\\b.*")) {
                removed.add(name);
                remove(left, log, List.of(name));
            }
        }
        List<Path> segments = removed.stream()
                .filter(name -> CommitSegment.numberOf(name) >= 0)
                .toList();
        remove(left, log, segments);
        List<Path> commitJournal = new ArrayList<>(segments);
        commitJournal.add(Path.of("commit/acknowledged"));
        remove(left, log, commitJournal);
        assertThat(removed).contains(Path.of("manifest"), Path.of("commit"), Path.of("streams"), Path.of("LOCK"));
    }

    private void remove(Left left, Log log, List<Path> victims) throws IOException {
        String what = left + " without " + victims;
        Path copy = Images.copy(log.directory, scratch.resolve("copy"));
        for (Path victim : victims) {
            Images.delete(copy.resolve(victim));
        }
        Diagnosis diagnosis = Doctor.of(copy, new TestDisk(), CrashPoints.NONE).examine();
        List<String> told = new ArrayList<>();
        Script script = new Script();
        List<StreamState> streams = List.of();
        for (int open = 1; open <= 2; open++) {
            ChronicleBackend backend =
                    new ChronicleBackend(copy, TestLogs.gathering(), new TestDisk(), CrashPoints.NONE);
            try {
                Recovery recovery = backend.recover();
                assertThat(recovery.position()).as(what).isGreaterThanOrEqualTo(log.script.position());
                if (open == 1) {
                    assertThat(streams(recovery)).as(what).containsAll(log.highWaterMarks());
                }
                told.addAll(readAll(what, log.script, backend));
                if (open == 2) {
                    streams.forEach(stream -> assertThat(Script.read(
                                    backend, stream.number(), stream.highWaterMark() + 1, script.high(stream.number())))
                            .as(what)
                            .containsExactly("new"));
                }
                streams = List.copyOf(recovery.streams());
                script.resume(recovery);
                streams.forEach(stream -> script.append(stream.number(), "new"));
                script.commit(backend);
                backend.abandon();
            } catch (StorageException refused) {
                assertThat(refused.kind()).as(what).isEqualTo(StorageException.Kind.CORRUPT);
                assertThat(refused.file()).as(what).isNotEmpty();
                told.add(refused.getMessage());
                break;
            }
        }
        if (!told.isEmpty()) {
            assertThat(diagnosis.checks())
                    .as("%s: %s, found by the doctor", what, told)
                    .anyMatch(check -> check.status() == Status.ERROR);
        }
    }

    private static List<String> streams(Recovery recovery) {
        return recovery.streams().stream()
                .map(stream -> stream.number() + " through " + stream.highWaterMark())
                .toList();
    }

    /** What is told instead of events. */
    private static List<String> readAll(String what, Script script, ChronicleBackend backend) {
        List<String> told = new ArrayList<>();
        for (long stream : script.streams()) {
            List<String> expected = script.acknowledged(stream);
            for (int sequence = 1; sequence <= expected.size(); sequence++) {
                try {
                    assertThat(Script.read(backend, stream, sequence, sequence))
                            .as(what)
                            .containsExactly(expected.get(sequence - 1));
                } catch (StorageException corrupt) {
                    assertThat(corrupt.kind()).as(what).isEqualTo(StorageException.Kind.CORRUPT);
                    assertThat(corrupt.sequence()).as(what).isEqualTo(sequence);
                    told.add(corrupt.getMessage());
                }
            }
        }
        return told;
    }
}
