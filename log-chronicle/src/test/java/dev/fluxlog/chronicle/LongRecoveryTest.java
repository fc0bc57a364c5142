package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link LongRecovery} in processes of its own: one that is killed while it appends, with a long commit journal behind the
 * last checkpoint, and one that opens what it has left. {@code reliability/recovery} runs it with a longer journal and
 * prints how long that took.
 */
class LongRecoveryTest {
    private static final int MIB = Integer.getInteger("fluxlog.recovery.mib", 16);
    private static final int STREAMS = Integer.getInteger("fluxlog.recovery.streams", 500);

    @TempDir
    Path directory;

    @Test
    @Proves({"STR-2", "STR-3"})
    void allOfALongCommitJournalIsThere() throws Exception {
        Path log = directory.resolve("log");
        List<String> acknowledged = runAndKill(log);
        String found = held(log, "commit journal %.0f MiB, %,d events");
        Process opening = start("open", log, String.join(",", acknowledged));
        String told = new String(opening.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(opening.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(opening.exitValue())
                .as(told + Files.readString(directory.resolve("errors")))
                .isZero();
        String report = String.format(Locale.ROOT, "%s in %,d streams%n%s", found, STREAMS, told);
        Files.writeString(Path.of(System.getProperty("fluxlog.recovery.report", "target/recovery.txt")), report);
    }

    /** @return of each stream, how many events were acknowledged */
    private List<String> runAndKill(Path log) throws Exception {
        Process child = start("append", log, "");
        List<String> acknowledged = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                acknowledged = List.of(line.split(","));
                if (held(log) >= (long) MIB << 20) {
                    break;
                }
            }
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(acknowledged)
                .as(Files.readString(directory.resolve("errors")))
                .hasSize(STREAMS);
        return acknowledged;
    }

    /** Roughly: segments that are written in advance count. */
    private static long held(Path log) throws IOException {
        try (var files = Files.list(log.resolve("commit"))) {
            return files.mapToLong(file -> file.toFile().length()).sum() - LongRecovery.SEGMENT_BYTES;
        }
    }

    /** What the next open has to read. */
    private static String held(Path log, String format) {
        Medium medium = new Medium(log, new LocalDisk(), CrashPoints.NONE);
        Manifest manifest = ManifestFile.read(medium).manifest();
        long[] sums = {0, manifest.unapplied().from().position()};
        CommitScan.changingNothing(
                        medium, manifest.nodeId(), manifest.unapplied().from())
                .run((group, behind) -> {
                    sums[0] += CommitRecord.bytesFor(group.bytes().length);
                    sums[1] = group.lastPosition();
                });
        return String.format(
                Locale.ROOT,
                format,
                sums[0] / (double) (1 << 20),
                sums[1] - manifest.unapplied().from().position());
    }

    private Process start(String task, Path log, String acknowledged) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path"), LongRecovery.class.getName()));
        Path ledger = directory.resolve("ledger");
        Files.writeString(ledger, acknowledged);
        command.addAll(List.of(task, log.toString(), "" + STREAMS, ledger.toString()));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("errors").toFile())
                .start();
    }
}
