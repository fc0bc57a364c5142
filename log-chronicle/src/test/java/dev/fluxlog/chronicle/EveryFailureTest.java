package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.chronicle.TestDisk.Operation;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything that a log does to files in a short life fails once: the k-th operation of a kind, for each k.
 *
 * <p>{@code -Dfluxlog.faults.every=N} tries the first ones and then every N-th.
 */
class EveryFailureTest {
    private static final int EVERY = Integer.getInteger("fluxlog.faults.every", 1);
    private static final int FIRST = 8;
    private static final String FILLER = "-".repeat(3_000);
    private static final ChronicleOptions OPTIONS =
            TestLogs.small().withCommitJournal(64 << 10, 128 << 10).withStreamSegmentBytes(64 << 10);

    @TempDir
    Path directory;

    private final TestDisk disk = new TestDisk();
    private Script script = new Script();

    /** The first failure of a commit. */
    private @Nullable StorageException latched;

    @ParameterizedTest
    @EnumSource(Operation.class)
    @Proves({"STR-29", "STR-16", "STR-33"})
    void whicheverOperationFailsNothingIsAcknowledgedAfterwardsAndNothingIsLost(Operation operation)
            throws IOException {
        int k = 0;
        while (lives(operation, k)) {
            k += k < FIRST ? 1 : EVERY;
        }
        assertThat(k).as("operations of this kind").isGreaterThan(FIRST);
    }

    /** Whether there were so many operations. */
    private boolean lives(Operation operation, int k) throws IOException {
        Images.delete(directory.resolve("log"));
        script = new Script();
        latched = null;
        long before = disk.count(operation);
        disk.failAfter(operation, k, "");
        ChronicleBackend backend = new ChronicleBackend(directory.resolve("log"), OPTIONS, disk, CrashPoints.NONE);
        try {
            script.resume(backend.recover());
            work(backend);
            assertThat(Script.read(backend, 1, 1, script.acknowledged(1).size()))
                    .as("reads go on")
                    .isEqualTo(script.acknowledged(1));
        } catch (StorageException e) {
            assertThat(e.kind()).as("%s number %d: %s", operation, k, e).isIn(Kind.IO, Kind.FULL, Kind.SETUP);
            assertThat(e).hasStackTraceContaining("injected");
        } finally {
            close(backend);
        }
        if (operation == Operation.FORCE && disk.failedPath().toString().matches(".*(commit|cq4)")) {
            assertThat(disk.repeated()).as("a force tried again").isZero();
        }
        boolean reached = disk.count(operation) - before > k;
        disk.mend();
        try {
            assertNothingIsLost();
        } catch (StorageException | AssertionError e) {
            throw new AssertionError("after " + operation + " number " + k + " had failed", e);
        }
        return reached;
    }

    private static void close(ChronicleBackend backend) {
        try {
            backend.close();
        } catch (StorageException e) {
            assertThat(e).hasStackTraceContaining("injected");
        }
    }

    private void work(ChronicleBackend backend) {
        commit(backend, script.create(1).create(2).append(2, "x", "y"));
        for (int i = 0; i < 50; i++) {
            commit(backend, script.append(1, i + FILLER));
            if (i == 25) {
                commit(backend, script.control(2, Catalog.DELETED, script.high(2), new byte[0]));
            }
        }
    }

    /** After one that failed for good all fail with the same cause; one that was refused may be repeated. */
    private void commit(ChronicleBackend backend, Script group) {
        StorageException before = latched;
        try {
            group.commit(backend);
            assertThat(before).as("acknowledged after a failure").isNull();
        } catch (StorageException e) {
            if (e.kind() == Kind.FULL) {
                backend.commit(script.lastGroup());
                script.acknowledge();
                return;
            }
            if (before != null) {
                assertThat(e).isSameAs(before);
            }
            latched = e;
        }
    }

    private void assertNothingIsLost() {
        ChronicleBackend backend =
                new ChronicleBackend(directory.resolve("log"), OPTIONS, new TestDisk(), CrashPoints.NONE);
        Script later = new Script();
        later.resume(backend.recover());
        int acknowledged = script.acknowledged(1).size();
        assertThat(later.high(1)).isBetween((long) acknowledged, acknowledged + 1L);
        assertThat(Script.read(backend, 1, 1, acknowledged)).isEqualTo(script.acknowledged(1));
        if (later.high(1) > 0) {
            later.append(1, "after").commit(backend);
            assertThat(Script.read(backend, 1, later.high(1), later.high(1))).containsExactly("after");
        }
        backend.close();
    }
}
