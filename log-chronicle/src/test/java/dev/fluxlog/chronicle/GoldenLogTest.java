package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.EventLog;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Producer;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Logs that were written by a release, as files, open with what they held: closed in order, and as a process left it that
 * was killed. {@link GoldenLog} made them; they are never made anew, a later form of the directory gets files of its own.
 */
class GoldenLogTest {
    @TempDir
    Path directory;

    private static InputStream resource(String name) {
        return Objects.requireNonNull(GoldenLogTest.class.getResourceAsStream(name), name);
    }

    private Path unpacked(String name) throws IOException {
        Path log = directory.resolve("log");
        Files.createDirectories(log);
        try (ZipInputStream entries = new ZipInputStream(resource("golden-1/" + name + ".zip"))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path file = log.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.copy(entries, file);
                }
            }
        }
        return log;
    }

    private static String expected(String name) throws IOException {
        try (InputStream text = resource("golden-1/" + name + ".txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static EventLog open(Path log) {
        return EventLog.open(new ChronicleBackend(log, TestLogs.small()), LogOptions.defaults())
                .blockOptional()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed", "killed"})
    @Proves({"FMT-3", "FMT-4"})
    void whatAReleaseHasWrittenOpensWithTheSameContentAndGoesOn(String name) throws IOException {
        Path directories = unpacked(name);
        assertThat(Doctor.of(directories).examine().checks())
                .allSatisfy(
                        check -> assertThat(check.status()).as(check.toString()).isNotEqualTo(Diagnosis.Status.ERROR));
        EventLog log = open(directories);
        assertThat(GoldenLog.describe(log)).isEqualTo(expected(name));
        goesOn(log);
        String more = GoldenLog.describe(log);
        log.close().block();
        log = open(directories);
        assertThat(GoldenLog.describe(log)).isEqualTo(more);
        log.close().block();
        assertThat(Doctor.of(directories).examine().isClean()).isTrue();
    }

    /** What it has to know of what was appended before. */
    private static void goesOn(EventLog log) {
        assertThat(append(log, "plain", AppendOptions.defaults()).first()).isEqualTo(5);
        assertThat(append(log, "gone", AppendOptions.defaults()).first()).isEqualTo(3);
        AppendOptions again = AppendOptions.defaults().withProducer(new Producer("producer", 3, 1));
        AppendResult repeated = append(log, "produced", again);
        assertThat(repeated.first()).isEqualTo(2);
        assertThat(append(log, "produced", again.withProducer(new Producer("producer", 3, 2)))
                        .first())
                .isEqualTo(3);
        assertThatThrownBy(() -> append(log, "batch", AppendOptions.defaults()))
                .isInstanceOf(LogException.StreamSealed.class);
        assertThat(append(log, "branch", AppendOptions.defaults()).first()).isEqualTo(4);
    }

    private static AppendResult append(EventLog log, String stream, AppendOptions options) {
        return log.stream(stream)
                .append(List.of(NewEvent.text("more")), options)
                .blockOptional()
                .orElseThrow();
    }
}
