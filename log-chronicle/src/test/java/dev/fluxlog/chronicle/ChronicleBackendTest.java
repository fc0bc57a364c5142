package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleBackendTest {
    @TempDir
    Path directory;

    @Test
    void whatWasCommittedIsReadForwardAndBackward() {
        Script script = new Script();
        try (ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.small())) {
            backend.recover();
            script.create(1).create(2).append(1, "a", "b").append(2, "x").commit(backend);
            script.append(1, "c").commit(backend);

            assertThat(Script.read(backend, 1, 1, 3)).containsExactly("a", "b", "c");
            assertThat(Script.readBackward(backend, 1, 3, 1)).containsExactly("c", "b", "a");
            assertThat(Script.read(backend, 2, 1, 1)).containsExactly("x");
        }
    }

    @Test
    void aLogClosedInOrderOpensWithAllOfIt() {
        Script script = new Script();
        try (ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.small())) {
            backend.recover();
            script.create(1).append(1, "a", "b").commit(backend);
        }
        try (ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.small())) {
            Recovery recovery = backend.recover();
            assertThat(recovery.repairs()).isEmpty();
            assertThat(recovery.position()).isEqualTo(2);
            assertThat(Script.read(backend, 1, 1, 2)).containsExactly("a", "b");
            script.append(1, "c").commit(backend);
            assertThat(Script.read(backend, 1, 1, 3)).containsExactly("a", "b", "c");
        }
    }

    @Test
    void aLogThatWasAbandonedOpensWithAllOfItAndGoesOn() {
        Script script = new Script();
        for (int round = 0; round < 4; round++) {
            ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.small());
            script.resume(backend.recover());
            if (round == 0) {
                script.create(1).create(2);
            }
            for (int i = 0; i < 50; i++) {
                script.append(1, "a" + round + "-" + i)
                        .append(2, "b" + round + "-" + i)
                        .commit(backend);
            }
            for (long stream : script.streams()) {
                assertThat(Script.read(backend, stream, 1, script.high(stream))).isEqualTo(script.acknowledged(stream));
            }
            backend.abandon();
        }
    }

    @Test
    void manySegmentsOfBothJournalsAndSeveralCheckpointsLoseNothing() {
        Script script = new Script();
        String filler = "x".repeat(900);
        try (ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.smallInProcess())) {
            backend.recover();
            script.create(1).create(2);
            for (int i = 0; i < 5_000; i++) {
                script.append(1 + i % 2, filler + i).commit(backend);
            }
            assertThat(Script.read(backend, 1, 1, script.high(1))).isEqualTo(script.acknowledged(1));
            assertThat(Script.readBackward(backend, 2, script.high(2), 1)).hasSize(2_500);
        }
        try (ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.smallInProcess())) {
            backend.recover();
            for (long at : new long[] {1, 2, 777, 1_500, 2_499}) {
                assertThat(Script.read(backend, 2, at, at + 1))
                        .isEqualTo(script.acknowledged(2).subList((int) at - 1, (int) at + 1));
            }
        }
    }

    @Test
    void eventsOfEverySizeUpToTheLargestAreKept() {
        Script script = new Script();
        int[] sizes = {0, 1, 40_000, 70_000, 300_000, 2_000_000, 8_300_000, 5};
        try (ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.small())) {
            backend.recover();
            script.create(1).commit(backend);
            for (int size : sizes) {
                script.append(1, "y".repeat(size)).commit(backend);
            }
            assertThat(Script.read(backend, 1, 1, sizes.length)).isEqualTo(script.acknowledged(1));
            backend.abandon();
        }
        try (ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.small())) {
            backend.recover();
            assertThat(Script.read(backend, 1, 1, sizes.length)).isEqualTo(script.acknowledged(1));
        }
    }

    @Test
    void theOrderOfCommitIsToldFromMemoryFromTheJournalAndAfterAReopen() {
        Script script = new Script();
        List<String> before;
        try (ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.small())) {
            backend.recover();
            script.create(1).create(2).append(1, "a", "b").append(2, "x").commit(backend);
            for (int i = 0; i < 3_000; i++) {
                script.append(1 + i % 2, "i" + i).commit(backend);
            }
            before = order(backend, 1, script.position());
            assertThat(before).startsWith("1/1", "1/2", "2/1").hasSize(3_003).doesNotHaveDuplicates();
            backend.abandon();
        }
        try (ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.small())) {
            backend.recover();
            assertThat(order(backend, 1, script.position())).isEqualTo(before);
            assertThat(order(backend, 2_000, 2_001)).isEqualTo(before.subList(1_999, 2_001));
            assertThat(backend.runs(2, 2, 5)).containsExactly(new Run(2, 1, 2, 1));
            assertThat(backend.runs(script.position() + 1, script.position(), 5))
                    .isEmpty();
        }
    }

    private static List<String> order(ChronicleBackend backend, long from, long through) {
        List<String> events = new ArrayList<>();
        long next = from;
        while (next <= through) {
            List<Run> runs = backend.runs(next, through, 100);
            assertThat(runs).isNotEmpty().hasSizeLessThanOrEqualTo(100);
            for (Run run : runs) {
                assertThat(run.position()).isEqualTo(next);
                for (int i = 0; i < run.count(); i++) {
                    events.add(run.stream() + "/" + (run.sequence() + i));
                }
                next = run.end();
            }
        }
        return events;
    }
}
