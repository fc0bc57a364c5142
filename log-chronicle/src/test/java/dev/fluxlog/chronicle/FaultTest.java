package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.chronicle.TestDisk.Operation;
import dev.fluxlog.spec.Proves;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultTest {
    private static final String COMMIT = "/commit/";
    private static final String SEGMENT = "/commit/(next|\\d+\\.commit)$";
    private static final String STREAMS = "/streams/";

    @TempDir
    Path directory;

    private final TestDisk disk = new TestDisk();
    private final Script script = new Script();

    private ChronicleBackend open(ChronicleOptions options) {
        ChronicleBackend backend = new ChronicleBackend(directory, options, disk, CrashPoints.NONE);
        script.resume(backend.recover());
        return backend;
    }

    private void assertAllAcknowledgedAfterReopen() {
        disk.mend();
        ChronicleBackend backend = open(TestLogs.small());
        script.adopt(backend);
        script.append(1, "after").commit(backend);
        assertAcknowledged(backend);
        backend.close();
    }

    private void assertAcknowledged(ChronicleBackend backend) {
        for (long stream : script.streams()) {
            assertThat(Script.read(
                            backend, stream, 1, script.acknowledged(stream).size()))
                    .isEqualTo(script.acknowledged(stream));
        }
    }

    /** Commits until one fails; returns that failure. */
    private StorageException commitUntilFailure(ChronicleBackend backend) {
        return catchThrowableOfType(StorageException.class, () -> {
            for (int i = 0; i < 5_000; i++) {
                script.append(1, "event " + i + "-".repeat(2_000)).commit(backend);
                if (i % 50 == 0) {
                    // What fails may be behind the applier, which would take all of it at once.
                    Awaitility.await().until(() -> backend.isLatched() || backend.waitingBytes() == 0);
                }
            }
        });
    }

    private void assertLatched(ChronicleBackend backend, StorageException cause) {
        for (int i = 0; i < 3; i++) {
            // The numbers of a group that was refused are not used again by this engine, so ask with a fresh one.
            assertThatThrownBy(() -> script.append(1, "refused").commit(backend))
                    .isSameAs(cause);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE", "FORCE"})
    @Proves({"STR-29", "STR-16"})
    void whicheverWriteOrForceOfTheCommitJournalFailsNothingLaterIsAcknowledged(Operation operation) {
        for (int k = 0; k < 6; k++) {
            ChronicleBackend backend = open(TestLogs.small());
            if (script.high(1) == 0) {
                script.create(1).append(1, "first").commit(backend);
            }
            disk.failAfter(operation, k, SEGMENT);
            StorageException failure = commitUntilFailure(backend);
            assertThat(failure.kind()).isEqualTo(Kind.IO);
            assertThat(failure).hasMessageContaining("injected");
            disk.mend();
            assertLatched(backend, failure);
            assertAcknowledged(backend);
            backend.close();
            assertAllAcknowledgedAfterReopen();
        }
    }

    @Test
    @Proves({"STR-17", "STR-28"})
    void atDiskEachGroupIsForcedOnceHoweverManyStreamsItTouches() {
        ChronicleBackend backend = open(TestLogs.small());
        for (long stream = 1; stream <= 200; stream++) {
            script.create(stream);
        }
        script.append(1, "first").commit(backend);
        long before = disk.count(Operation.FORCE);
        for (long stream = 1; stream <= 200; stream++) {
            script.append(stream, "x");
        }
        script.commit(backend);
        assertThat(disk.count(Operation.FORCE) - before).isEqualTo(1);
        backend.close();
    }

    @Test
    @Proves({"STR-17"})
    void atProcessNothingIsForcedForACommit() {
        ChronicleBackend backend = open(TestLogs.smallInProcess());
        script.create(1).append(1, "first").commit(backend);
        long before = disk.count(Operation.FORCE);
        for (int i = 0; i < 20; i++) {
            script.append(1, "x").commit(backend);
        }
        assertThat(disk.count(Operation.FORCE)).isEqualTo(before);
        backend.close();
    }

    @Test
    @Proves({"STR-27"})
    void whileTheForceIsHeldBackNothingCanBeRead() throws Exception {
        ChronicleBackend backend = open(TestLogs.small());
        script.create(1).append(1, "first").commit(backend);
        CountDownLatch gate = new CountDownLatch(1);
        disk.holdForces(gate);
        Thread committer = new Thread(() -> script.append(1, "second").commit(backend));
        committer.start();
        Awaitility.await().until(() -> committer.getState() == Thread.State.WAITING);
        assertThatThrownBy(() -> Script.read(backend, 1, 2, 2)).isInstanceOf(StorageException.class);
        gate.countDown();
        committer.join(TimeUnit.SECONDS.toMillis(60));
        assertThat(Script.read(backend, 1, 2, 2)).containsExactly("second");
        backend.close();
    }

    @Test
    @Proves({"STR-16", "STR-30"})
    void belowTheFreeSpaceThatMustStayCommitsAreRefusedAndComeBack() {
        ChronicleBackend backend = open(TestLogs.small().withFreeBytesMin(1 << 20));
        script.create(1).append(1, "first").commit(backend);
        disk.setUsableBytes(1000);
        script.append(1, "second");
        dev.fluxlog.backend.CommitGroup group = script.group();
        assertThatThrownBy(() -> backend.commit(group))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FULL));
        assertAcknowledged(backend);
        disk.setUsableBytes(Long.MAX_VALUE);
        backend.commit(group);
        assertThat(Script.read(backend, 1, 1, 2)).containsExactly("first", "second");
        backend.close();
    }

    private StorageException commitWithoutRoom(ChronicleBackend backend) {
        script.create(1).append(1, "first").commit(backend);
        disk.setUsableBytes(1000);
        return catchThrowableOfType(StorageException.class, () -> {
            for (int i = 0; i < 5_000; i++) {
                script.append(1, "event " + i).commit(backend);
            }
        });
    }

    @Test
    @Proves({"STR-30"})
    void roomThatSomebodyElseTakesBeforeAJournalIsOpenedIsWaitedForAgain() {
        for (int taken = 1; taken <= 4; taken++) {
            int turn = taken;
            AtomicInteger asked = new AtomicInteger();
            disk.setUsableBytes(
                    () -> Thread.currentThread().getName().equals("fluxlog-applier") && asked.incrementAndGet() == turn
                            ? 0
                            : Long.MAX_VALUE);
            ChronicleBackend backend = open(TestLogs.small().withFreeBytesMin(0));
            script.create(taken).append(taken, "first").commit(backend);
            Awaitility.await().until(() -> backend.waitingBytes() == 0 || backend.isLatched());
            assertThat(backend.isLatched()).as("taken before question %s", turn).isFalse();
            assertThat(asked).as("it was asked so often").hasValueGreaterThanOrEqualTo(turn);
            assertThat(backend.findings()).isEmpty();
            assertAcknowledged(backend);
            backend.close();
        }
    }

    @Test
    @Proves({"STR-30"})
    void withoutRoomForStreamJournalsTheLogWaitsAndGoesOnByItself() {
        ChronicleBackend backend = open(TestLogs.small().withFreeBytesMin(0));
        assertThat(commitWithoutRoom(backend).kind()).isEqualTo(Kind.FULL);
        assertThat(backend.isLatched()).isFalse();
        assertAcknowledged(backend);
        disk.setUsableBytes(Long.MAX_VALUE);
        backend.commit(script.lastGroup());
        Awaitility.await().until(() -> backend.waitingBytes() == 0);
        int there = script.acknowledged(1).size() + 1;
        assertThat(Script.read(backend, 1, 1, there)).hasSize(there);
        backend.close();
    }

    @Test
    @Proves({"STR-30", "STR-29"})
    void aLogThatIsClosedWhileItWaitsForRoomHasAllOfItAtTheNextOpen() {
        ChronicleBackend backend = open(TestLogs.small().withFreeBytesMin(0));
        assertThat(commitWithoutRoom(backend).kind()).isEqualTo(Kind.FULL);
        backend.close();
        assertThatThrownBy(() -> open(TestLogs.small()))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FULL));
        disk.setUsableBytes(Long.MAX_VALUE);
        assertAllAcknowledgedAfterReopen();
    }

    @Test
    @Proves({"STR-16", "STR-30"})
    void aSegmentThatCannotBePreparedMakesTheLogFullAndNotBroken() {
        ChronicleBackend backend = open(TestLogs.small());
        script.create(1).commit(backend);
        disk.failAlways(Operation.WRITE, "next.tmp");
        StorageException failure = commitUntilFailure(backend);
        assertThat(failure.kind()).isEqualTo(Kind.FULL);
        int acknowledged = script.acknowledged(1).size();
        disk.mend();
        dev.fluxlog.backend.CommitGroup refused = script.lastGroup();
        backend.commit(refused);
        assertThat(Script.read(backend, 1, 1, acknowledged + 1L)).hasSize(acknowledged + 1);
        backend.close();
    }

    @Test
    @Proves({"STR-35"})
    void aCommitSegmentThatSomebodyRemovesLatchesTheLogWithItsName() throws Exception {
        ChronicleBackend backend = open(TestLogs.small());
        script.create(1).append(1, "first").commit(backend);
        Files.delete(directory.resolve("commit/0000000000000001.commit"));
        StorageException failure = catchThrowableOfType(
                StorageException.class, () -> script.append(1, "second").commit(backend));
        assertThat(failure.kind()).isEqualTo(Kind.IO);
        assertThat(failure.file()).isEqualTo("commit/0000000000000001.commit");
        assertLatched(backend, failure);
        assertThat(Script.read(backend, 1, 1, 1)).containsExactly("first");
        backend.abandon();
    }

    @Test
    @Proves({"STR-29"})
    void whenTheStreamJournalsCannotBeWrittenTheLogLatchesAndLosesNothing() {
        ChronicleBackend backend = open(TestLogs.small());
        script.create(1).append(1, "first").commit(backend);
        Awaitility.await().until(() -> Files.exists(directory.resolve("streams/01/0000000000000001")));
        disk.failAlways(Operation.CREATE, STREAMS);
        script.create(2).append(2, "second").commit(backend);
        Awaitility.await().until(() -> {
            try {
                script.append(1, "x").commit(backend);
                return false;
            } catch (StorageException e) {
                return e.getMessage().contains("injected");
            }
        });
        assertAcknowledged(backend);
        backend.close();
        assertAllAcknowledgedAfterReopen();
    }

    @ParameterizedTest
    @EnumSource(names = {"FORCE", "RENAME", "FORCE_DIRECTORY", "DELETE", "WRITE"})
    @Proves({"STR-29", "STR-33"})
    void aCheckpointThatFailsLatchesTheLogAndLosesNothing(Operation operation) {
        String part = switch (operation) {
            case FORCE, FORCE_DIRECTORY -> STREAMS;
            case DELETE -> "/commit/\\d+\\.commit$";
            default -> "/manifest";
        };
        ChronicleOptions options = TestLogs.small().withCommitJournal(64 << 10, 128 << 10);
        for (int k = 0; k < 4; k++) {
            ChronicleBackend backend = open(options);
            if (script.high(1) == 0) {
                script.create(1).append(1, "first").commit(backend);
            }
            disk.failAfter(operation, k, part);
            StorageException failure = commitUntilFailure(backend);
            assertThat(failure).as("%s number %d", operation, k).isNotNull();
            assertThat(failure.kind()).isEqualTo(Kind.IO);
            assertThat(failure).hasMessageContaining("injected");
            assertLatched(backend, failure);
            assertAcknowledged(backend);
            disk.mend();
            backend.abandon();
            assertAllAcknowledgedAfterReopen();
        }
    }
}
