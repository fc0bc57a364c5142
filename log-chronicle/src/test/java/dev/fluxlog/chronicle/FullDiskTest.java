package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real file system of 60 MB that runs full, by the log itself and by somebody else.
 *
 * <p>Mounting one takes the rights of root; where they are lacking these tests are skipped, and {@link FaultTest} shows
 * the same at the seam to the disk.
 */
class FullDiskTest {
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final int EVENT_BYTES = 60_000;

    /** What is mounted. */
    enum FileSystem {
        TMPFS,
        EXT4
    }

    @TempDir
    Path scratch;

    private final List<Path> mounted = new ArrayList<>();
    private final List<String> acknowledged = new ArrayList<>();

    @AfterEach
    void unmount() throws Exception {
        for (Path mount : mounted) {
            // Lazily: Chronicle gives up its mappings a moment after a log is closed.
            assertThat(run("umount", "-l", mount.toString())).isZero();
        }
    }

    private static int run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException missing) {
            return 127;
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private Path mount(FileSystem kind) throws Exception {
        Path mount = Files.createDirectory(scratch.resolve("mount"));
        int outcome;
        if (kind == FileSystem.TMPFS) {
            outcome = run("mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", mount.toString());
        } else {
            Path image = scratch.resolve("image");
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(60L << 20);
            }
            outcome = run("mkfs.ext4", "-q", "-F", image.toString());
            outcome = outcome == 0 ? run("mount", "-o", "loop", image.toString(), mount.toString()) : outcome;
        }
        Assumptions.assumeTrue(outcome == 0, "mounting " + kind + " is not allowed here");
        mounted.add(mount);
        return mount;
    }

    private static EventLog open(Path mount, long freeBytesMin) {
        ChronicleOptions options = ChronicleOptions.defaults()
                .withCommitJournal(2 << 20, 8 << 20)
                .withStreamSegmentBytes(4 << 20)
                .withTailCacheBytesMax(0)
                .withOpenJournalsMax(1)
                .withFreeBytesMin(freeBytesMin);
        return Objects.requireNonNull(ChronicleLog.open(mount.resolve("log"), options, LogOptions.defaults())
                .block(WAIT_MAX));
    }

    private static String content(long sequence) {
        String begin = sequence + "/";
        char[] filler = new char[EVENT_BYTES - begin.length()];
        Arrays.fill(filler, (char) ('a' + sequence % 26));
        return begin + new String(filler);
    }

    private long append(EventLog log) {
        String content = content(acknowledged.size() + 1L);
        long sequence = Objects.requireNonNull(
                        log.stream("s").append(NewEvent.text(content)).block(WAIT_MAX))
                .first();
        acknowledged.add(content);
        assertThat(sequence).isEqualTo(acknowledged.size());
        return sequence;
    }

    private LogException appendUntilRefused(EventLog log) {
        for (int i = 0; i < 10_000; i++) {
            try {
                append(log);
            } catch (LogException refused) {
                return refused;
            }
        }
        throw new AssertionError("the disk never ran full");
    }

    private void assertAllThere(EventLog log) {
        EventStream stream = log.stream("s");
        List<Event> events = Objects.requireNonNull(
                stream.read(ReadOptions.forward(From.start())).collectList().block(WAIT_MAX));
        assertThat(events).hasSizeGreaterThanOrEqualTo(acknowledged.size());
        for (int i = 0; i < acknowledged.size(); i++) {
            assertThat(events.get(i).sequence()).isEqualTo(i + 1L);
            assertThat(new String(events.get(i).data(), StandardCharsets.UTF_8)).isEqualTo(acknowledged.get(i));
        }
    }

    private static void fill(Path file, long leaving) throws IOException {
        byte[] piece = new byte[256 << 10];
        try (RandomAccessFile filler = new RandomAccessFile(file.toFile(), "rw")) {
            filler.seek(filler.length());
            while (file.toFile().getUsableSpace() > leaving) {
                filler.write(piece);
            }
            for (int length = piece.length; leaving == 0 && length >= 512; length /= 2) {
                try {
                    while (true) {
                        filler.write(piece, 0, length);
                    }
                } catch (IOException full) {
                    // Smaller pieces may still fit.
                    continue;
                }
            }
        } catch (IOException full) {
            if (leaving > 0) {
                throw full;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FileSystem.class)
    @Proves({"STR-30", "STR-16"})
    void aLogThatFillsItsDiskRefusesReadsOnAndTakesUpAgainByItself(FileSystem kind) throws Exception {
        Path mount = mount(kind);
        Path filler = mount.resolve("filler");
        fill(filler, 36L << 20);
        EventLog log = open(mount, 8 << 20);
        try {
            append(log);
            LogException refused = appendUntilRefused(log);
            assertThat(refused).isInstanceOf(LogException.StorageFull.class);
            assertThat(refused.isRetryable()).isTrue();
            assertAllThere(log);
            Files.delete(filler);
            for (int i = 0; i < 20; i++) {
                append(log);
            }
            assertAllThere(log);
        } finally {
            log.close().block(WAIT_MAX);
        }
        log = open(mount, 8 << 20);
        assertAllThere(log);
        append(log);
        log.close().block(WAIT_MAX);
    }

    @ParameterizedTest
    @EnumSource(FileSystem.class)
    @Proves({"STR-30", "STR-29"})
    void aDiskThatSomebodyElseFillsToTheBrimCostsNothingThatWasAcknowledged(FileSystem kind) throws Exception {
        Path mount = mount(kind);
        Path filler = mount.resolve("filler");
        EventLog log = open(mount, 0);
        try {
            for (int i = 0; i < 50; i++) {
                append(log);
            }
            fill(filler, 0);
            LogException refused = appendUntilRefused(log);
            assertThat(refused).isInstanceOf(LogException.StorageFull.class);
            // Reading needs no space, although Chronicle makes a file whenever it opens a journal.
            assertAllThere(log);
            Files.delete(filler);
            append(log);
            assertAllThere(log);
        } finally {
            log.close().block(WAIT_MAX);
        }
        log = open(mount, 0);
        try {
            assertAllThere(log);
            append(log);
            assertAllThere(log);
        } finally {
            log.close().block(WAIT_MAX);
        }
    }
}
