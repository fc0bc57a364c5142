package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.LogStatus;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Somebody deletes, moves or cuts files of a log that is in use.
 *
 * <p>Without the commit journal nothing more is acknowledged. What the commit journal still has is there when the log is
 * opened again, whatever became of the other files: either the log noticed and fails every append with the name of the
 * file, before the commit journal is freed, or it does not need the file.
 */
class VanishingFilesTest {
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final int BEFORE = 40;

    /** With large events enough to begin new files of both journals and to make checkpoints. */
    private static final int AFTER = 150;

    /** What becomes of the log's files. */
    enum Fault {
        COMMIT_SEGMENT_DELETED("commit/\\d+\\.commit", Kind.DELETE),
        COMMIT_SEGMENT_EMPTIED("commit/\\d+\\.commit", Kind.EMPTY),
        COMMIT_SEGMENT_HALVED("commit/\\d+\\.commit", Kind.HALVE),
        COMMIT_SEGMENT_REPLACED("commit/\\d+\\.commit", Kind.REPLACE),
        COMMIT_DIRECTORY_DELETED("commit", Kind.DELETE),
        NEXT_SEGMENT_DELETED("commit/next", Kind.DELETE),
        NEXT_SEGMENT_EMPTIED("commit/next", Kind.EMPTY),
        JOURNAL_SEGMENTS_DELETED("streams/../.{16}/.*\\.cq4", Kind.DELETE),
        JOURNAL_SEGMENTS_EMPTIED("streams/../.{16}/.*\\.cq4", Kind.EMPTY),
        JOURNAL_SEGMENTS_CUT("streams/../.{16}/.*\\.cq4", Kind.CUT),
        JOURNAL_SEGMENTS_HALVED("streams/../.{16}/.*\\.cq4", Kind.HALVE),
        JOURNAL_SEGMENTS_REPLACED("streams/../.{16}/.*\\.cq4", Kind.REPLACE),
        JOURNAL_DIRECTORY_DELETED("streams/01/.{16}", Kind.DELETE),
        ORDER_DIRECTORY_DELETED("streams/00/.{16}", Kind.DELETE),
        STREAMS_DIRECTORY_DELETED("streams", Kind.DELETE),
        MANIFESTS_DELETED("manifest.*", Kind.DELETE),
        EVERYTHING_DELETED("", Kind.DELETE);

        private final String pattern;
        private final Kind kind;

        Fault(String pattern, Kind kind) {
            this.pattern = pattern;
            this.kind = kind;
        }

        void strike(Path log) throws IOException {
            try (Stream<Path> files = Files.walk(log)) {
                for (Path path : files.filter(path -> matches(log, path)).toList()) {
                    kind.strike(path);
                }
            }
        }

        boolean takesTheCommitJournal() {
            return name().startsWith("COMMIT") || this == EVERYTHING_DELETED;
        }

        private boolean matches(Path log, Path path) {
            return log.relativize(path).toString().replace('\\', '/').matches(pattern);
        }
    }

    private enum Kind {
        DELETE,
        EMPTY,
        HALVE,

        /** By a copy of what it holds now. */
        REPLACE,

        /** Behind the last byte that is not zero, where the next one would be written to the same page of memory. */
        CUT;

        void strike(Path path) throws IOException {
            if (this == REPLACE) {
                Path copy = Files.copy(path, path.resolveSibling("copy"));
                Files.move(copy, path, StandardCopyOption.REPLACE_EXISTING);
                return;
            }
            if (this != DELETE) {
                try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    file.truncate(this == EMPTY ? 0 : this == HALVE ? file.size() / 2 : content(path));
                }
                return;
            }
            try (Stream<Path> below = Files.walk(path)) {
                for (Path victim : below.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(victim);
                }
            }
        }
    }

    private static long content(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    @TempDir
    Path scratch;

    private int eventBytes;
    private final List<String> acknowledged = new ArrayList<>();

    private EventLog open() {
        return ChronicleLog.open(scratch.resolve("log"), TestLogs.smallInProcess(), LogOptions.defaults())
                .blockOptional(WAIT_MAX)
                .orElseThrow();
    }

    private String content(int number) {
        return number + "-".repeat(eventBytes);
    }

    /** Appends so many, or until the first that fails. */
    private Optional<LogException> append(EventLog log, int events) {
        for (int i = 0; i < events; i++) {
            String content = content(acknowledged.size() + 1);
            try {
                log.stream("s").append(NewEvent.text(content)).block(WAIT_MAX);
                acknowledged.add(content);
            } catch (LogException refused) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }

    private static Stream<Arguments> faults() {
        return Stream.of(Fault.values())
                .flatMap(fault -> Stream.of(60, 20_000).map(bytes -> Arguments.of(fault, bytes)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    @Proves("STR-35")
    void noAppendIsAcknowledgedIntoAFileThatIsGone(Fault fault, int eventBytes) throws IOException {
        this.eventBytes = eventBytes;
        EventLog log = open();
        assertThat(append(log, BEFORE)).isEmpty();
        Awaitility.await().atMost(WAIT_MAX).until(() -> Files.exists(scratch.resolve("log/streams/00")));
        fault.strike(scratch.resolve("log"));
        Optional<LogException> refused = append(log, AFTER);
        refused.ifPresent(failure -> assertLatchedWithTheFile(log, failure));
        readAll(log);
        // A log that has latched and finds a file missing may say so once more.
        log.close().onErrorComplete(LogException.class).block(WAIT_MAX);
        if (fault.takesTheCommitJournal()) {
            assertThat(refused).isPresent();
            assertThat(acknowledged).hasSize(BEFORE);
        } else {
            EventLog again = open();
            try {
                assertThat(readAll(again)).startsWith(acknowledged.toArray(new String[0]));
                assertThat(append(again, 1)).isEmpty();
            } finally {
                again.close().block(WAIT_MAX);
            }
        }
    }

    private void assertLatchedWithTheFile(EventLog log, LogException failure) {
        assertThat(failure).isInstanceOf(LogException.Failed.class);
        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        StorageException.class,
                        cause -> assertThat(cause.file()).isNotEmpty());
        assertThat(log.status().state()).isEqualTo(LogStatus.State.LATCHED);
        assertThat(append(log, 1)).containsSame(failure);
    }

    /** What can be read, up to the first event that cannot, which is told. */
    private static List<String> readAll(EventLog log) {
        List<String> contents = new ArrayList<>();
        log.stream("s")
                .read(ReadOptions.forward(From.start()))
                .doOnNext(event -> contents.add(new String(event.data(), StandardCharsets.UTF_8)))
                .onErrorComplete(LogException.Corrupt.class)
                .blockLast(WAIT_MAX);
        return contents;
    }
}
