package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gathered frames whose bytes were given up for lack of memory: they are read again from the commit journal. */
class DroppedFramesTest {
    private static final int STREAMS = 100;

    @TempDir
    Path directory;

    private final Script script = new Script();

    /** Room for the runs and the places of their frames, not for their bytes. */
    private static ChronicleOptions options() {
        return TestLogs.gathering().withUnappliedBytesMax(128 << 10).withCommitJournal(1 << 20, 16 << 20);
    }

    private ChronicleBackend open(ChronicleOptions options) {
        ChronicleBackend backend = new ChronicleBackend(directory, options, new TestDisk(), CrashPoints.NONE);
        script.resume(backend.recover());
        return backend;
    }

    private void append(ChronicleBackend backend, int times, int bytesMax) {
        Random random = new Random(7);
        for (int i = 0; i < times; i++) {
            for (long stream = 1; stream <= STREAMS; stream++) {
                if (script.high(stream) == 0) {
                    script.create(stream);
                }
                for (int k = random.nextInt(3); k >= 0; k--) {
                    script.append(stream, i + "/" + stream + "/" + k + "-".repeat(random.nextInt(bytesMax)));
                }
            }
            script.commit(backend);
        }
        Awaitility.await().until(() -> backend.waitingBytes() == 0);
    }

    private void assertAllAcknowledged(ChronicleBackend backend) {
        for (long stream : script.streams()) {
            List<String> expected = script.acknowledged(stream);
            assertThat(Script.read(backend, stream, 1, expected.size())).isEqualTo(expected);
            List<String> backward = new ArrayList<>(expected);
            Collections.reverse(backward);
            assertThat(Script.readBackward(backend, stream, expected.size(), 1)).isEqualTo(backward);
        }
    }

    private long journals() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("streams"), 2)) {
            return files.filter(file -> String.valueOf(file.getFileName()).length() == 16)
                    .filter(file -> !file.endsWith("0000000000000000"))
                    .count();
        }
    }

    @Test
    @Proves({"LIM-8"})
    void whenMemoryIsShortBytesAreDroppedAndNoJournalIsOpened() throws IOException {
        ChronicleBackend backend = open(options());
        append(backend, 12, 400);
        assertThat(backend.owedBytes()).isGreaterThan(200 << 10);
        assertThat(backend.gatheredBytes()).isBetween(1L, 96L << 10);
        assertAllAcknowledged(backend);
        assertThat(journals()).isZero();
        assertThat(backend.journalReads()).isZero();
        backend.close();

        ChronicleBackend again = open(options());
        assertThat(again.gatheredBytes()).isBetween(1L, 96L << 10);
        assertAllAcknowledged(again);
        assertThat(journals()).isZero();
        again.abandon();

        again = open(options());
        assertAllAcknowledged(again);
        again.close();
    }

    @Test
    @Proves({"LIM-8"})
    void whenEvenThePlacesTakeTooMuchMemoryTheLongestRunsAreWritten() throws IOException {
        ChronicleBackend backend = open(options().withUnappliedBytesMax(64 << 10));
        append(backend, 1, 20);
        for (int i = 0; i < 100; i++) {
            for (long stream = 91; stream <= STREAMS; stream++) {
                script.append(stream, "-" + i);
            }
            script.commit(backend);
        }
        Awaitility.await().until(() -> backend.waitingBytes() == 0);
        assertThat(backend.gatheredBytes()).isBetween(1L, 48L << 10);
        assertThat(journals()).isBetween(1L, 10L);
        assertAllAcknowledged(backend);
        backend.close();
    }

    @Test
    void aRunIsWrittenFromTheCommitJournalAndGoesOnInTheStreamsJournal() throws IOException {
        ChronicleBackend backend = open(options());
        append(backend, 6, 400);
        long before = script.high(9);
        for (int i = 0; i < 40; i++) {
            script.append(9, "-".repeat(2_000) + i).commit(backend);
        }
        Awaitility.await().until(() -> journals() == 1);
        assertAllAcknowledged(backend);
        assertThat(Script.read(backend, 9, 1, before)).hasSize((int) before);
        assertThat(backend.journalReads()).isPositive();
        backend.close();
    }

    @Test
    void largeFramesAndFramesOfOneBatchAreReadAgainAsTheyWere() {
        ChronicleBackend backend = open(options().withGatheredRunBytesMax(1 << 20));
        append(backend, 1, 3);
        script.append(1, "a", "b".repeat(100_000), "c", "d".repeat(700), "e", "f".repeat(70_000), "g");
        script.append(2, Stream.generate(() -> "of a batch").limit(2_000).toArray(String[]::new));
        script.append(3, "h".repeat(200_000)).commit(backend);
        Awaitility.await().until(() -> backend.waitingBytes() == 0);
        assertThat(backend.gatheredBytes()).isLessThanOrEqualTo(96L << 10);
        assertAllAcknowledged(backend);
        List<Frame> one =
                backend.read(new ReadRequest(3, script.high(3), script.high(3), ReadRequest.Direction.BACKWARD, 9, 1));
        assertThat(one).hasSize(1);
        backend.close();
    }

    @Test
    void aDroppedFrameThatIsDamagedIsToldWithItsPlaceAndHurtsNoOther() throws IOException {
        ChronicleBackend backend = open(options());
        append(backend, 12, 400);
        Path segment = directory.resolve("commit/0000000000000001.commit");
        byte[] whole = Files.readAllBytes(segment);
        byte[] damaged = whole.clone();
        // In the payload of some frame of the first groups.
        damaged[9_000] ^= 0x10;
        Files.write(segment, damaged);
        int hit = 0;
        for (long stream : script.streams()) {
            try {
                List<String> expected = script.acknowledged(stream);
                assertThat(Script.read(backend, stream, 1, expected.size())).isEqualTo(expected);
            } catch (StorageException e) {
                assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
                assertThat(e.file()).isEqualTo("commit/0000000000000001.commit");
                assertThat(e.offset()).isBetween(8_000L, 9_000L);
                assertThat(e.stream()).isEqualTo(stream);
                List<String> expected = script.acknowledged(stream);
                assertThat(Script.read(backend, stream, e.sequence() + 1, expected.size()))
                        .isEqualTo(expected.subList((int) e.sequence(), expected.size()));
                hit++;
            }
        }
        assertThat(hit).isEqualTo(1);
        Files.write(segment, whole);
        assertAllAcknowledged(backend);
        backend.close();
    }

    @Test
    void whatCannotBeReadAgainLatchesTheLogAndTheNextOpenHasEverything() throws IOException {
        ChronicleBackend backend = open(options());
        append(backend, 12, 400);
        Path segment = directory.resolve("commit/0000000000000001.commit");
        byte[] begin = Arrays.copyOf(Files.readAllBytes(segment), 60_000);
        byte[] damaged = begin.clone();
        Arrays.fill(damaged, 64, damaged.length, (byte) 0x5A);
        overwrite(segment, damaged);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 200; i++) {
                        script.append(1, "-".repeat(2_000)).commit(backend);
                    }
                })
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.file()).isEqualTo("commit/0000000000000001.commit"));
        assertThat(backend.isLatched()).isTrue();
        backend.abandon();
        overwrite(segment, begin);
        ChronicleBackend again = open(options());
        script.adopt(again);
        assertAllAcknowledged(again);
        again.close();
    }

    /** The begin of a file that is being written. */
    private static void overwrite(Path file, byte[] begin) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(begin), 0);
        }
    }

    /** Runs leave for their journals, and their commit segments are freed, under the eyes of those who read them. */
    @Test
    @Proves({"STR-33"})
    void whoReadsWhileRunsAreWrittenAndSegmentsFreedMissesNothing() throws Exception {
        ChronicleBackend backend = open(options().withCommitJournal(64 << 10, 256 << 10));
        append(backend, 1, 100);
        AtomicLongArray committed = new AtomicLongArray(STREAMS + 1);
        script.streams().forEach(stream -> committed.set(stream.intValue(), script.high(stream)));
        ExecutorService readers = Executors.newFixedThreadPool(2);
        CountDownLatch over = new CountDownLatch(1);
        List<Future<Long>> reading = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Random random = new Random(i);
            reading.add(readers.submit(() -> {
                long read = 0;
                do {
                    int stream = 1 + random.nextInt(STREAMS);
                    long through = committed.get(stream);
                    List<String> events = Script.read(backend, stream, 1, through);
                    assertThat(events).hasSize((int) through);
                    for (String event : events) {
                        assertThat(event).contains("/" + stream + "/");
                    }
                    read += through;
                } while (over.getCount() > 0);
                return read;
            }));
        }
        for (int i = 0; i < 40; i++) {
            append(backend, 1, 100);
            script.streams().forEach(stream -> committed.set(stream.intValue(), script.high(stream)));
        }
        over.countDown();
        for (Future<Long> read : reading) {
            assertThat(read.get(1, TimeUnit.MINUTES)).isPositive();
        }
        readers.shutdown();
        assertThat(Files.exists(directory.resolve("commit/0000000000000001.commit")))
                .isFalse();
        assertThat(backend.isLatched()).isFalse();
        assertAllAcknowledged(backend);
        backend.close();
    }

    @Test
    void segmentsThatWereReadAndFreedAreLetGo() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(descriptors));
        ChronicleBackend backend = open(options().withCommitJournal(64 << 10, 256 << 10));
        for (int i = 0; i < 30; i++) {
            append(backend, 1, 100);
            assertAllAcknowledged(backend);
        }
        Awaitility.await()
                .until(() -> openOnes(descriptors, directory.resolve("commit") + "/").stream()
                        .noneMatch(name -> name.endsWith("(deleted)")));
        assertThat(openOnes(descriptors, directory.resolve("commit") + "/"))
                .hasSizeLessThanOrEqualTo(CommitFrames.OPEN_MAX + 4);
        backend.close();
        assertThat(openOnes(descriptors, directory.resolve("commit") + "/")).isEmpty();
    }

    private static List<String> openOnes(Path descriptors, String begin) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(descriptors)) {
            for (Path file : files.toList()) {
                try {
                    String name = Files.readSymbolicLink(file).toString();
                    if (name.startsWith(begin)) {
                        names.add(name);
                    }
                } catch (java.nio.file.NoSuchFileException closed) {
                    // Since the list was made.
                }
            }
        }
        return names;
    }
}
