package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.chronicle.CrashPoints.Step;
import dev.fluxlog.spec.Proves;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log to which nothing is appended any more gives back what was deleted. */
class IdleFreeingTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path directory;

    @Test
    @Proves({"STR-41"})
    void theSpaceOfADeletedStreamIsGivenBackWithoutAnotherAppendAndWithoutAClose() throws InterruptedException {
        CountDownLatch freed = new CountDownLatch(1);
        CrashPoints told = step -> {
            if (step == Step.DELETE_FILES) {
                freed.countDown();
            }
        };
        ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.small(), new TestDisk(), told);
        backend.recover();
        Script script = new Script();
        script.create(1).create(2).append(1, "goes").append(2, "stays").commit(backend);
        script.control(1, Catalog.DELETED, 1, new byte[0]).commit(backend);
        assertThat(freed.await(60, TimeUnit.SECONDS))
                .as("the journal of the deleted stream was deleted")
                .isTrue();
        assertThat(Files.exists(directory.resolve("streams/01/0000000000000001")))
                .isFalse();
        script.append(2, "more").commit(backend);
        assertThat(Script.read(backend, 2, 1, 2)).containsExactly("stays", "more");
        backend.close();
        backend = new ChronicleBackend(directory, TestLogs.small());
        assertThat(backend.recover().repairs()).isEmpty();
        backend.close();
    }

    @Test
    void oneIsDueWhenNothingHasComeForAMomentAndNotAgainForAWhile() {
        IdleFreeing freeing = new IdleFreeing(0);
        assertThat(freeing.millisUntilDue(SECOND / 2)).isBetween(500L, 501L);
        freeing.disturbed(SECOND / 2);
        assertThat(freeing.millisUntilDue(SECOND)).isBetween(500L, 501L);
        assertThat(freeing.millisUntilDue(2 * SECOND)).isZero();
        freeing.begun(2 * SECOND);
        assertThat(freeing.millisUntilDue(4 * SECOND)).isBetween(28_000L, 28_001L);
        freeing.disturbed(32 * SECOND - 1);
        assertThat(freeing.millisUntilDue(32 * SECOND)).isBetween(1_000L, 1_001L);
        assertThat(freeing.millisUntilDue(33 * SECOND)).isZero();
    }
}
