package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.backend.StorageException;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that want the same directory: which of them gets it, what the record of the owner says meanwhile, and what a
 * process with the same id finds that comes after one that was killed.
 *
 * <p>{@code reliability/owners} runs it with more kills.
 */
@Timeout(900)
class OwnerProcessesTest {
    private static final int STARTERS = 20;
    private static final int RESTARTS = 1_000;
    private static final int KILLS = Integer.getInteger("fluxlog.owner.kills", 3);

    /** A new process id namespace, in which the first process is number 1, with its own {@code /proc}. */
    private static final String[] CONTAINER = {"unshare", "--pid", "--fork", "--kill-child", "--mount-proc"};

    @TempDir
    Path scratch;

    private Path log() {
        return scratch.resolve("log");
    }

    @Test
    @Proves("OWN-3")
    void ofTwentyProcessesThatStartAtOnceOneBecomesTheOwnerAndTheOthersAreBusy() throws Exception {
        List<OwnerChild> starters = new ArrayList<>();
        try {
            for (int i = 0; i < STARTERS; i++) {
                starters.add(OwnerChild.start(log()));
            }
            for (OwnerChild starter : starters) {
                starter.go();
            }
            List<String> answers = new ArrayList<>();
            for (OwnerChild starter : starters) {
                answers.add(starter.answer().replaceFirst(" .*", ""));
            }
            assertThat(answers).containsOnlyOnce("owner");
            assertThat(answers).filteredOn("busy"::equals).hasSize(STARTERS - 1);
        } finally {
            starters.forEach(OwnerChild::close);
        }
    }

    @Test
    @Proves("OWN-2")
    void theRecordOfTheOwnerCanBeParsedAtEachMomentOfManyRestarts() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong looks = new AtomicLong();
        AtomicReference<Throwable> wrong = new AtomicReference<>(new AssertionError("never looked"));
        Thread watcher = new Thread(() -> {
            try {
                while (!over.get()) {
                    look();
                    looks.incrementAndGet();
                }
                wrong.set(new AssertionError("looked to the end"));
            } catch (Throwable e) {
                wrong.set(e);
            }
        });
        watcher.setDaemon(true);
        watcher.start();
        Medium medium = new Medium(Ownership.prepare(log()), new TestDisk(), CrashPoints.NONE);
        Owner self = Owner.thisProcess(Clock.systemUTC(), 0, "");
        for (int restart = 1; restart <= RESTARTS; restart++) {
            Ownership ownership = Ownership.acquire(medium, self);
            ownership.announce(restart, "http://127.0.0.1:" + restart);
            if (restart % 3 == 0) {
                ownership.close();
            } else {
                ownership.abandon();
            }
        }
        for (int kill = 0; kill < KILLS; kill++) {
            try (OwnerChild owner = OwnerChild.start(log()).go()) {
                assertThat(owner.answer()).startsWith("owner ");
                owner.kill();
            }
        }
        over.set(true);
        Threads.join(watcher);
        assertThat(wrong.get()).hasMessage("looked to the end");
        assertThat(looks).hasPositiveValue();
        assertThat(record()).containsEntry("epoch", String.valueOf(KILLS));
    }

    /** No record, for the owner has gone in order, or one that is whole. */
    private void look() throws IOException {
        Map<String, String> record;
        try {
            record = record();
        } catch (NoSuchFileException gone) {
            return;
        }
        assertThat(record.keySet())
                .containsExactly("id", "pid", "process-start", "host", "opened-at", "epoch", "endpoint");
        assertThat(record.get("id"))
                .satisfies(id -> assertThat(UUID.fromString(id)).hasToString(id));
        assertThat(record.get("pid")).containsOnlyDigits();
        assertThat(record.get("epoch")).containsOnlyDigits();
        assertThat(record.get("host")).isNotBlank();
        assertThat(record.get("opened-at"))
                .satisfies(time -> assertThat(Instant.parse(time)).hasToString(time));
    }

    private Map<String, String> record() throws IOException {
        String content = Files.readString(log().resolve("OWNER"), StandardCharsets.UTF_8);
        assertThat(content).endsWith("\n");
        Map<String, String> record = new LinkedHashMap<>();
        for (String line : content.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                record.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return record;
    }

    @Test
    @Proves("OWN-2")
    void theLockCountsAndNotTheProcessThatARecordNames() throws Exception {
        ChronicleBackend first = new ChronicleBackend(log(), TestLogs.smallInProcess());
        first.recover();
        byte[] record = Files.readAllBytes(log().resolve("OWNER"));
        try (OwnerChild second = OwnerChild.start(log()).go()) {
            assertThat(second.answer()).isEqualTo("busy");
        }
        assertThat(Files.readAllBytes(log().resolve("OWNER"))).isEqualTo(record);
        first.abandon();
        // The process that it names lives, but nobody holds the lock.
        assertThat(Files.readAllBytes(log().resolve("OWNER"))).isEqualTo(record);
        try (OwnerChild third = OwnerChild.start(log()).go()) {
            assertThat(third.answer()).startsWith("owner ");
            assertThat(record()).containsEntry("epoch", "2");
        }
    }

    @Test
    @Proves("OWN-2")
    void withoutALockFileNobodyGetsPastAnOwnerThatLives() throws Exception {
        ChronicleBackend second = new ChronicleBackend(log(), TestLogs.smallInProcess());
        try (OwnerChild owner = OwnerChild.start(log()).go()) {
            assertThat(owner.answer()).startsWith("owner ");
            Files.delete(log().resolve("LOCK"));
            assertThatThrownBy(second::recover)
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            busy -> assertThat(busy.kind()).isEqualTo(StorageException.Kind.BUSY));
            assertThat(log().resolve("LOCK")).doesNotExist();
            owner.kill();
        }
        second.recover();
        second.close();
    }

    @Test
    @Proves("OWN-13")
    void aProcessThatComesBackUnderTheIdOfTheOneThatWasKilledGoesOnAtOnce() throws Exception {
        Assumptions.assumeTrue(isContainerAllowed(), "unshare --pid is not allowed here");
        Path link = Files.createSymbolicLink(scratch.resolve("link"), Files.createDirectory(log()));
        long slowest = 0;
        for (int round = 1; round <= KILLS; round++) {
            try (OwnerChild owner = OwnerChild.start(log(), CONTAINER).go()) {
                String[] answer = owner.answer().split(" ", -1);
                assertThat(answer).startsWith("owner", "1", String.valueOf(round));
                slowest = Math.max(slowest, Long.parseLong(answer[3]));
                if (round == 1) {
                    try (OwnerChild other = OwnerChild.start(link, CONTAINER).go()) {
                        assertThat(other.answer()).isEqualTo("busy");
                    }
                }
                owner.kill();
            }
        }
        Files.writeString(
                Path.of("target/owners.txt"),
                "slowest of " + KILLS + " opens and appends as process 1: " + slowest + " ms\n");
    }

    private static boolean isContainerAllowed() throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(CONTAINER));
        command.add("true");
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
