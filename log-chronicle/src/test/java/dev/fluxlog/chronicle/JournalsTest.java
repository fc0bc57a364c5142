package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many journals, few of them open; many readers, few of their tailers; and the space that comes back. */
class JournalsTest {
    @TempDir
    Path directory;

    private final Script script = new Script();

    private ChronicleBackend open(ChronicleOptions options) {
        ChronicleBackend backend = new ChronicleBackend(directory, options, new TestDisk(), CrashPoints.NONE);
        script.resume(backend.recover());
        return backend;
    }

    @Test
    @Proves({"OWN-10"})
    void manyReadersOfMoreStreamsThanMayBeOpenReadThemAllWhileTheyGrow() throws Exception {
        ChronicleBackend backend = open(TestLogs.smallInProcess().withOpenJournalsMax(4));
        for (long stream = 1; stream <= 30; stream++) {
            script.create(stream).append(stream, "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        }
        script.commit(backend);
        // The order of commit is written behind all the streams.
        Awaitility.await().until(() -> Files.exists(directory.resolve("streams/00/0000000000000000/19700101seg.cq4")));
        ExecutorService threads = Executors.newFixedThreadPool(12);
        List<Future<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Random random = new Random(i);
            readers.add(threads.submit(() -> {
                int read = 0;
                for (int k = 0; k < 150; k++) {
                    long from = 1L + random.nextInt(10);
                    read += Script.read(backend, 1L + random.nextInt(30), from, 10)
                                    .size()
                            - (11 - (int) from);
                }
                return read;
            }));
        }
        for (int i = 0; i < 40; i++) {
            script.append(1L + i % 30, "more").commit(backend);
        }
        for (Future<Integer> reader : readers) {
            assertThat(reader.get()).isZero();
        }
        threads.shutdown();
        assertThat(backend.journalReads()).isPositive();
        assertThat(backend.openJournals()).isLessThanOrEqualTo(4 + 1);
        backend.close();
    }

    /** At 4 MiB it is opened again, to be mapped in larger blocks. */
    @Test
    @Proves({"STR-6"})
    void aJournalThatOutgrowsItsBlocksIsReadWholeWhileItGrowsAndAfterwards() throws IOException {
        ChronicleOptions options = TestLogs.smallInProcess().withStreamSegmentBytes(16 << 20);
        ChronicleBackend backend = open(options);
        script.create(1).commit(backend);
        for (int i = 0; i < 150; i++) {
            script.append(1, "y".repeat(50_000) + i).commit(backend);
            assertThat(Script.read(backend, 1, i + 1, i + 1))
                    .containsExactly(script.acknowledged(1).get(i));
        }
        assertThat(Script.read(backend, 1, 1, 150)).isEqualTo(script.acknowledged(1));
        backend.close();
        assertThat(segments(1)).isEqualTo(1);

        backend = open(options);
        script.append(1, "next").commit(backend);
        assertThat(Script.read(backend, 1, 1, 151)).isEqualTo(script.acknowledged(1));
        backend.close();
    }

    @Test
    @Proves({"STR-36"})
    void trimmedSegmentsAreDeletedAfterACheckpointAndSurvivorsStay() throws IOException {
        ChronicleBackend backend = open(TestLogs.small());
        script.create(1).commit(backend);
        for (int i = 0; i < 400; i++) {
            script.append(1, "z".repeat(5_000) + i).commit(backend);
        }
        Awaitility.await().until(() -> segments(1) > 4);
        script.control(1, Catalog.TRIMMED, 390, new byte[0]).commit(backend);
        backend.close();
        assertThat(segments(1)).isBetween(1L, 2L);

        backend = open(TestLogs.small());
        assertThat(Script.read(backend, 1, 390, 400))
                .isEqualTo(script.acknowledged(1).subList(389, 400));
        script.append(1, "next").commit(backend);
        assertThat(script.high(1)).isEqualTo(401);
        backend.close();
    }

    @Test
    @Proves({"STR-24"})
    void theJournalOfADeletedStreamGoesAndItsNumbersGoOnWhenItIsCreatedAgain() throws IOException {
        ChronicleBackend backend = open(TestLogs.small());
        script.create(1).append(1, "a", "b", "c").commit(backend);
        script.control(1, Catalog.DELETED, 3, new byte[0]).commit(backend);
        backend.close();
        assertThat(directory.resolve("streams/01/0000000000000001")).doesNotExist();

        backend = open(TestLogs.small());
        script.create(1).append(1, "d").commit(backend);
        assertThat(script.high(1)).isEqualTo(4);
        backend.close();
        backend = open(TestLogs.small());
        assertThat(Script.read(backend, 1, 4, 4)).containsExactly("d");
        backend.close();
    }

    @Test
    @Proves({"STR-33", "OWN-14"})
    void theCommitJournalIsFreedByCheckpointsWhileTheLogRuns() {
        ChronicleBackend backend = open(TestLogs.small());
        script.create(1).commit(backend);
        for (int i = 0; i < 1_500; i++) {
            script.append(1, "z".repeat(2_000) + i).commit(backend);
        }
        Awaitility.await().untilAsserted(() -> assertThat(commitBytes()).isLessThan(3L << 20));
        assertThat(Script.read(backend, 1, 1, 1_500)).isEqualTo(script.acknowledged(1));
        backend.close();
    }

    @Test
    void readersNearTheTailTouchNoFile() throws IOException {
        ChronicleBackend backend = open(TestLogs.small().withTailCacheBytesMax(1 << 20));
        script.create(1).append(1, "a", "b").commit(backend);
        Awaitility.await().until(() -> Files.exists(directory.resolve("streams/00/0000000000000000")));
        for (int i = 0; i < 50; i++) {
            assertThat(Script.read(backend, 1, 1, 2)).containsExactly("a", "b");
        }
        assertThat(backend.journalReads()).isZero();
        backend.close();
    }

    private long segments(long stream) throws IOException {
        Path journal = directory.resolve(String.format("streams/%02x/%016x", stream, stream));
        try (Stream<Path> files = Files.list(journal)) {
            return files.filter(file -> file.toString().endsWith(".cq4")).count();
        }
    }

    private long commitBytes() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory.resolve("commit"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".commit")).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
