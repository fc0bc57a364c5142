package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Backend.Level;
import dev.fluxlog.backend.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random appends under random small bounds, closed or abandoned at random; what was acknowledged is always there. */
class RandomStopsTest {
    private static final int STREAMS = 90;

    @TempDir
    Path directory;

    private final Script script = new Script();

    private static ChronicleOptions options(Random random) {
        return TestLogs.gathering()
                .withDurability(random.nextBoolean() ? Level.PROCESS : Level.DISK)
                .withCommitJournal(64 << 10, (64L << random.nextInt(4)) << 10)
                .withStreamSegmentBytes(64 << 10)
                .withGatheredRunBytesMax(random.nextInt(4) * 4_000L)
                .withUnappliedBytesMax((16L << random.nextInt(6)) << 10)
                .withTailCacheBytesMax(random.nextInt(2) * 20_000L)
                .withOpenJournalsMax(8 + random.nextInt(40));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whateverTheBoundsAndHoweverItStopsEveryEventIsThereInOrder(int variant) {
        long seed = Long.getLong("fluxlog.test.seed", 1) + variant;
        Random random = new Random(seed);
        List<String> order = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            ChronicleBackend backend =
                    new ChronicleBackend(directory, options(random), new TestDisk(), CrashPoints.NONE);
            script.resume(backend.recover());
            assertWhole(backend, order, "seed " + seed + ", at the begin of round " + round);
            for (int i = 0; i < 25; i++) {
                for (int k = random.nextInt(40); k >= 0; k--) {
                    // A few streams get most of it.
                    long stream = 1 + (long) (STREAMS * Math.pow(random.nextDouble(), 4));
                    if (script.high(stream) == 0) {
                        script.create(stream);
                    }
                    script.append(stream, round + "-" + i + "-" + k + "-".repeat(random.nextInt(300)));
                    order.add(stream + "/" + script.high(stream));
                }
                script.commit(backend);
                long stream = 1 + random.nextInt(STREAMS);
                List<String> expected = script.acknowledged(stream);
                if (!expected.isEmpty()) {
                    int from = 1 + random.nextInt(expected.size());
                    assertThat(Script.read(backend, stream, from, expected.size()))
                            .as("seed %d, stream %d from %d in round %d", seed, stream, from, round)
                            .isEqualTo(expected.subList(from - 1, expected.size()));
                }
            }
            if (random.nextBoolean()) {
                backend.close();
            } else {
                backend.abandon();
            }
        }
    }

    private void assertWhole(ChronicleBackend backend, List<String> order, String when) {
        for (long stream : script.streams()) {
            List<String> expected = script.acknowledged(stream);
            assertThat(script.high(stream)).as(when).isEqualTo(expected.size());
            assertThat(Script.read(backend, stream, 1, expected.size()))
                    .as(when)
                    .isEqualTo(expected);
        }
        List<String> found = new ArrayList<>();
        while (found.size() < script.position()) {
            for (Run run : backend.runs(found.size() + 1L, script.position(), 1_000)) {
                for (int i = 0; i < run.count(); i++) {
                    found.add(run.stream() + "/" + (run.sequence() + i));
                }
            }
        }
        assertThat(found).as(when).isEqualTo(order);
    }
}
