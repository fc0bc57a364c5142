package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.TestDisk.Operation;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames of many streams that wait in memory and in the commit journal until writing them is worth a journal. */
class GatheringTest {
    /** More than closing writes. */
    private static final int MANY = 100;

    @TempDir
    Path directory;

    private final TestDisk disk = new TestDisk();
    private final Script script = new Script();

    private ChronicleBackend open(ChronicleOptions options) {
        ChronicleBackend backend = new ChronicleBackend(directory, options, disk, CrashPoints.NONE);
        Recovery recovery = backend.recover();
        script.resume(recovery);
        return backend;
    }

    private void appendToMany(ChronicleBackend backend, int times) {
        for (int i = 0; i < times; i++) {
            for (long stream = 1; stream <= MANY; stream++) {
                if (script.high(stream) == 0) {
                    script.create(stream);
                }
                script.append(stream, "event " + i + " of " + stream);
            }
            script.commit(backend);
        }
    }

    private void assertAllAcknowledged(ChronicleBackend backend) {
        for (long stream : script.streams()) {
            List<String> expected = script.acknowledged(stream);
            assertThat(Script.read(backend, stream, 1, expected.size())).isEqualTo(expected);
            assertThat(Script.readBackward(backend, stream, expected.size(), 1)).hasSameSizeAs(expected);
        }
    }

    /** Applied to the last group means that every group before was taken too. */
    private void awaitApplied(ChronicleBackend backend) {
        Awaitility.await()
                .until(() -> Files.exists(directory.resolve("streams/00/0000000000000000/19700101seg.cq4"))
                        && backend.waitingBytes() == 0);
    }

    private List<Path> journals() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("streams"), 2)) {
            return files.filter(file -> String.valueOf(file.getFileName()).length() == 16)
                    .filter(file -> !file.endsWith("0000000000000000"))
                    .toList();
        }
    }

    @Test
    void fewFramesOfManyStreamsAreReadFromMemoryAndOpenNoJournal() throws IOException {
        ChronicleBackend backend = open(TestLogs.gathering());
        appendToMany(backend, 5);
        awaitApplied(backend);
        assertAllAcknowledged(backend);
        assertThat(journals()).isEmpty();
        assertThat(backend.journalReads()).isZero();
        backend.close();
    }

    @Test
    void aStreamIsWrittenOnceItsRunIsLongEnough() throws IOException {
        ChronicleBackend backend = open(TestLogs.gathering());
        appendToMany(backend, 1);
        for (int i = 0; i < 20; i++) {
            script.append(7, "-".repeat(1_000) + i).commit(backend);
        }
        awaitApplied(backend);
        assertThat(journals()).containsExactly(directory.resolve("streams/07/0000000000000007"));
        assertAllAcknowledged(backend);
        backend.close();
    }

    @Test
    @Proves({"STR-33"})
    void aStreamThatRestsDoesNotKeepTheCommitJournalFromBeingFreed() throws IOException {
        ChronicleBackend backend = open(TestLogs.gathering());
        appendToMany(backend, 1);
        script.create(MANY + 1).commit(backend);
        for (int i = 0; i < 400; i++) {
            script.append(MANY + 1, "z".repeat(5_000) + i);
            script.append(1 + i % 40, "now and then").commit(backend);
            if (i % 25 == 0) {
                // Otherwise all of it may be taken at once, with a single checkpoint behind it.
                Awaitility.await().until(() -> backend.waitingBytes() == 0);
            }
        }
        Path oldest = directory.resolve("commit/0000000000000001.commit");
        Awaitility.await().until(() -> !Files.exists(oldest));
        assertThat(journals()).hasSize(MANY + 1);
        assertAllAcknowledged(backend);
        backend.abandon();
        ChronicleBackend reopened = open(TestLogs.gathering());
        assertAllAcknowledged(reopened);
        reopened.close();
    }

    @Test
    @Proves({"STR-33"})
    void whatManyStreamsHaveGatheredStaysInTheCommitJournalWhenTheLogIsClosed() throws IOException {
        ChronicleBackend backend = open(TestLogs.gathering());
        appendToMany(backend, 3);
        backend.close();
        assertThat(journals()).isEmpty();

        for (int round = 0; round < 4; round++) {
            backend = new ChronicleBackend(directory, TestLogs.gathering(), disk, CrashPoints.NONE);
            Recovery recovery = backend.recover();
            script.resume(recovery);
            assertThat(recovery.repairs()).isEmpty();
            assertAllAcknowledged(backend);
            appendToMany(backend, 1);
            assertAllAcknowledged(backend);
            backend.close();
        }
        assertThat(Manifest.decode(Files.readAllBytes(directory.resolve("manifest")))
                        .unapplied()
                        .appliedThrough())
                .hasSize(MANY);
    }

    @Test
    void whatFewStreamsHaveGatheredIsWrittenWhenTheLogIsClosed() throws IOException {
        ChronicleBackend backend = open(TestLogs.gathering());
        script.create(1).create(2).append(1, "a").append(2, "b", "c").commit(backend);
        backend.close();
        assertThat(journals()).hasSize(2);
        assertThat(Manifest.decode(Files.readAllBytes(directory.resolve("manifest")))
                        .unapplied()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void gatheredFramesOfADeletedStreamAreForgottenAndItsNumbersGoOn() throws IOException {
        ChronicleOptions options = TestLogs.gathering();
        ChronicleBackend backend = open(options);
        appendToMany(backend, 2);
        script.control(5, Catalog.DELETED, 2, new byte[0]).commit(backend);
        backend.close();
        backend = open(options);
        script.create(5).append(5, "again").commit(backend);
        assertThat(Script.read(backend, 5, 3, 3)).containsExactly("again");
        for (int i = 0; i < 10; i++) {
            script.append(5, "-".repeat(3_000)).commit(backend);
        }
        backend.close();
        backend = open(options);
        assertThat(script.high(5)).isEqualTo(13);
        assertThat(Script.read(backend, 5, 3, 13)).hasSize(11).startsWith("again");
        backend.close();
    }

    @Test
    @Proves({"STR-32"})
    void framesThatStandInTheCommitJournalOnlyAreNeverLostUnnoticed() throws IOException {
        ChronicleBackend backend = open(TestLogs.gathering());
        appendToMany(backend, 2);
        backend.close();
        Path segment = directory.resolve("commit/0000000000000001.commit");
        byte[] whole = Files.readAllBytes(segment);
        int corrupt = 0;
        for (int at = 70; at < 20_000; at += 997) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(segment, damaged);
            byte[] manifest = Files.readAllBytes(directory.resolve("manifest"));
            ChronicleBackend damagedLog = new ChronicleBackend(directory, TestLogs.gathering(), disk, CrashPoints.NONE);
            try {
                damagedLog.recover();
                assertAllAcknowledged(damagedLog);
                damagedLog.abandon();
            } catch (StorageException e) {
                assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
                assertThat(e.file()).isEqualTo("commit/0000000000000001.commit");
                corrupt++;
            }
            Files.write(segment, whole);
            Files.write(directory.resolve("manifest"), manifest);
        }
        assertThat(corrupt).isPositive();
    }

    @Test
    @Proves({"STR-32"})
    void aCommitJournalThatEndsBeforeTheLastCheckpointIsDamage() throws IOException {
        ChronicleBackend backend = open(TestLogs.gathering());
        appendToMany(backend, 2);
        backend.close();
        Files.delete(directory.resolve("commit/0000000000000001.commit"));
        Files.delete(directory.resolve("commit/acknowledged"));
        assertThatThrownBy(() -> open(TestLogs.gathering()))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    }

    @Test
    @Proves({"STR-33"})
    void atProcessACheckpointForcesTheCommitSegmentsThatItGoesOnNeeding() {
        ChronicleBackend backend = open(TestLogs.gathering().withDurability(dev.fluxlog.backend.Backend.Level.PROCESS));
        appendToMany(backend, 1);
        disk.failAlways(Operation.FORCE, "/commit/\\d+\\.commit$");
        assertThatThrownBy(backend::close).hasMessageContaining("injected");
        disk.mend();
        backend = open(TestLogs.gathering());
        assertAllAcknowledged(backend);
        backend.close();
    }

    @Test
    @Proves({"STR-16", "STR-30"})
    void spaceForWhatIsGatheredIsKeptFree() {
        ChronicleBackend backend = open(TestLogs.gathering().withFreeBytesMin(1 << 20));
        appendToMany(backend, 2);
        awaitApplied(backend);
        disk.setUsableBytes((1 << 20) + backend.owedBytes() - 1);
        script.append(1, "refused");
        CommitGroup group = script.group();
        assertThatThrownBy(() -> backend.commit(group))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FULL));
        disk.setUsableBytes((1 << 20) + backend.owedBytes());
        backend.commit(group);
        assertThat(Script.read(backend, 1, 3, 3)).containsExactly("refused");
        disk.setUsableBytes(Long.MAX_VALUE);
        backend.close();
    }

    @Test
    void theDoctorLooksForGatheredFramesInTheCommitJournal() throws IOException {
        ChronicleBackend backend = open(TestLogs.gathering());
        appendToMany(backend, 2);
        backend.close();
        Doctor doctor = Doctor.of(directory, disk, CrashPoints.NONE);
        assertThat(doctor.examine().isClean()).as(doctor.examine().toString()).isTrue();
        Path segment = directory.resolve("commit/0000000000000001.commit");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[10_000] ^= 0x10;
        Files.write(segment, bytes);
        assertThat(doctor.examine().check("commit-journal").status()).isEqualTo(Diagnosis.Status.ERROR);
    }

    @Test
    void aStreamStateThatIsRecoveredCountsWhatIsGathered() {
        ChronicleBackend backend = open(TestLogs.gathering());
        appendToMany(backend, 3);
        backend.close();
        backend = new ChronicleBackend(directory, TestLogs.gathering(), disk, CrashPoints.NONE);
        assertThat(backend.recover().streams())
                .hasSize(MANY)
                .extracting(StreamState::highWaterMark)
                .containsOnly(3L);
        backend.close();
    }
}
