package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.EventLog;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading again what is stored, while the log works. */
class ScrubTest {
    private static final long RATE = 1L << 30;

    @TempDir
    Path directory;

    private ChronicleBackend backend = backend();

    private ChronicleBackend backend() {
        return new ChronicleBackend(
                directory,
                TestLogs.small().withScrubBytesPerSecond(RATE).withCommitJournal(64 << 10, 128 << 10),
                new TestDisk(),
                CrashPoints.NONE);
    }

    private EventLog open() {
        backend = backend();
        return EventLog.open(backend, LogOptions.defaults()).blockOptional().orElseThrow();
    }

    private static void append(EventLog log, String stream, String text) {
        log.stream(stream).append(NewEvent.text(text)).block();
    }

    /** Open, with everything but the newest event in journals at a checkpoint. */
    private EventLog filled() {
        EventLog log = open();
        for (int i = 0; i < 60; i++) {
            append(log, "orders", "order ".repeat(200) + i + ";");
            append(log, "other", "other " + i);
        }
        log.close().block();
        log = open();
        append(log, "orders", "the newest");
        return log;
    }

    private static byte[] flipped(byte[] bytes, String at) {
        int index = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(at);
        assertThat(index).isPositive();
        bytes[index] ^= 1;
        return bytes;
    }

    private void damage(String below, String suffix, String at) throws IOException {
        try (var files = Files.walk(directory.resolve(below))) {
            for (Path file : files.filter(f -> f.toString().endsWith(suffix)).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                if (new String(bytes, StandardCharsets.ISO_8859_1).contains(at)) {
                    Files.write(file, flipped(bytes, at));
                }
            }
        }
    }

    @Test
    @Proves({"DOC-9"})
    void aFlippedByteIsToldInTheStatusWithStreamAndSequenceByTheNextPass() throws IOException {
        EventLog log = filled();
        backend.scrub().pass();
        assertThat(log.status().findings()).isEmpty();
        damage("streams/01", ".cq4", "order 17;");
        backend.scrub().pass();
        assertThat(log.status().findings()).containsExactly("18 of stream 'orders' cannot be read");
        append(log, "orders", "goes on");
        log.close().block();
    }

    @Test
    @Proves({"DOC-9"})
    void theNewestEventIsReadInTheCommitJournalAndTheManifestIsReadToo() throws IOException {
        EventLog log = filled();
        damage("commit", ".commit", "the newest");
        backend.scrub().pass();
        assertThat(log.status().findings())
                .containsExactly("The manifest or the commit journal cannot be read: corrupt; see the doctor");
        damage("commit", ".commit", "uhe newest");
        backend.scrub().pass();
        assertThat(log.status().findings()).isEmpty();
        for (String copy : List.of("manifest.copy", "manifest")) {
            Image.damage(directory.resolve(copy), bytes -> {
                bytes[90] ^= 1;
                return bytes;
            });
            backend.scrub().pass();
            assertThat(log.status().findings())
                    .containsExactly(
                            copy.equals("manifest")
                                    ? "The manifest or the commit journal cannot be read: corrupt; see the doctor"
                                    : "One of the two copies of the manifest cannot be read; see the doctor");
        }
        backend.abandon();
    }

    @Test
    @Proves({"DOC-9"})
    void underAppendsAndTrimsNothingIsTakenForDamage() {
        EventLog log = filled();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (long i = 61; !enough.get() || i < 300; i++) {
                append(log, "orders", "order ".repeat(300) + i + ";");
                if (i % 20 == 0) {
                    log.stream("orders").trim(i - 10).block();
                }
            }
        });
        List<String> found = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            backend.scrub().pass();
            found.addAll(log.status().findings());
        }
        enough.set(true);
        writer.join();
        log.close().block();
        assertThat(found).isEmpty();
    }

    @Test
    @Proves({"DOC-9"})
    void whatWasReadIsPausedForAtTheRate() {
        AtomicLong nanos = new AtomicLong();
        Pacer pacer = new Pacer(1_000, nanos::get);
        pacer.take(500);
        nanos.addAndGet(500_000_000);
        pacer.take(2_000);
        // Two seconds are owed now; only closing ends the wait, because this clock stands still.
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> pacer.take(1));
        assertThat(waiting).isNotDone();
        pacer.close();
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(Pacer.Closed.class);
    }

    @Test
    void aLogThatIsNotToBeScrubbedHasNoThreadForIt() {
        ChronicleBackend quiet = new ChronicleBackend(
                directory, TestLogs.small().withScrubBytesPerSecond(0), new TestDisk(), CrashPoints.NONE);
        quiet.recover();
        assertThat(quiet.findings()).isEmpty();
        assertThatThrownBy(quiet::scrub).isInstanceOf(NullPointerException.class);
        quiet.close();
    }
}
