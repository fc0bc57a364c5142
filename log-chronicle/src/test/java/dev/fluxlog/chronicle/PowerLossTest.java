package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Backend.Level;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images of what a power loss could leave of a log at work: of each file a mixture of what was forced and of what came
 * later, page by page.
 *
 * <p>{@code -Dfluxlog.images=N} sets how many, {@code -Dfluxlog.test.seed=N} replays the choices; how they meet the work
 * of the log's threads differs from run to run.
 */
class PowerLossTest {
    private static final int IMAGES = Integer.getInteger("fluxlog.images", 24);
    private static final int STREAMS = 4;
    private static final int IMAGES_PER_CAPTURE = 4;

    @TempDir
    Path directory;

    private final PowerDisk disk = new PowerDisk();
    private final Script script = new Script();

    /** The order of commit as it was planned: stream/sequence. */
    private final List<String> order = new ArrayList<>();

    private static ChronicleOptions options(Level durability) {
        return TestLogs.small()
                .withCommitJournal(64 << 10, 128 << 10)
                .withStreamSegmentBytes(64 << 10)
                .withDurability(durability);
    }

    @Test
    @Proves("STR-31")
    void everyImageOfAPowerLossHoldsWhatWasAcknowledgedAtDiskAndNothingElse() throws IOException {
        lose(Level.DISK);
    }

    @Test
    @Proves("STR-31")
    void atProcessEveryImageOpensAndTellsWhatIsLost() throws IOException {
        lose(Level.PROCESS);
    }

    private void lose(Level durability) throws IOException {
        long seed = Long.getLong("fluxlog.test.seed", System.nanoTime());
        System.Logger log = System.getLogger(PowerLossTest.class.getName());
        log.log(System.Logger.Level.INFO, "fluxlog.test.seed={0}", Long.toString(seed));
        Random random = new Random(seed);
        Path live = directory.resolve("live");
        ChronicleBackend backend = open(live, durability);
        int number = 0;
        while (number < IMAGES) {
            for (int i = random.nextInt(12); i >= 0; i--) {
                append(random);
                script.commit(backend);
            }
            PowerDisk.Capture capture = disk.capture(live.toRealPath());
            Map<Long, Integer> acknowledged = new HashMap<>();
            script.streams()
                    .forEach(stream ->
                            acknowledged.put(stream, script.acknowledged(stream).size()));
            long position = script.position();
            // Not yet acknowledged when the power fails, but there in part.
            for (int i = 0; i < IMAGES_PER_CAPTURE; i++, number++) {
                Path image = directory.resolve("image");
                Images.delete(image);
                capture.image(image, random);
                forgetTheStart(image);
                try {
                    judge(image, durability, acknowledged, position);
                } catch (StorageException | AssertionError e) {
                    throw new AssertionError("image " + number + " of seed " + seed, e);
                }
            }
            if (random.nextInt(8) == 0) {
                backend.close();
                backend = open(live, durability);
            }
        }
        backend.close();
    }

    private ChronicleBackend open(Path live, Level durability) {
        ChronicleBackend backend = new ChronicleBackend(live, options(durability), disk, CrashPoints.NONE);
        Recovery recovery = backend.recover();
        script.resume(recovery);
        for (long stream = recovery.streams().size() + 1L; stream <= STREAMS; stream++) {
            script.create(stream);
        }
        return backend;
    }

    private void append(Random random) {
        for (int i = random.nextInt(6); i >= 0; i--) {
            long stream = 1L + random.nextInt(STREAMS);
            order.add(stream + "/" + (script.high(stream) + 1));
            script.append(stream, payload(stream, script.high(stream) + 1));
        }
    }

    private static String payload(long stream, long sequence) {
        return stream + "/" + sequence + "/" + "p".repeat((int) (stream * 977 + sequence * 131) % 3_000);
    }

    /** After a power loss it is another start of the operating system. */
    private static void forgetTheStart(Path image) throws IOException {
        Path note = image.resolve("commit/acknowledged");
        if (Files.exists(note) && Files.size(note) == 48) {
            byte[] bytes = Files.readAllBytes(note);
            boolean whole = Checksum.matchesAt(bytes, 12);
            java.nio.ByteBuffer.wrap(bytes).putLong(32, UUID.randomUUID().getMostSignificantBits());
            Files.write(note, whole ? Checksum.sealAt(bytes, 12) : bytes);
        }
    }

    private void judge(Path image, Level durability, Map<Long, Integer> acknowledged, long position) {
        ChronicleBackend backend = new ChronicleBackend(image, options(durability), new TestDisk(), CrashPoints.NONE);
        Recovery recovery = backend.recover();
        try {
            if (durability == Level.DISK) {
                assertThat(recovery.position()).isGreaterThanOrEqualTo(position);
            }
            for (StreamState state : recovery.streams()) {
                long stream = state.number();
                if (durability == Level.DISK) {
                    assertThat(state.highWaterMark()).isGreaterThanOrEqualTo(acknowledged.getOrDefault(stream, 0));
                }
                assertThat(state.highWaterMark()).isLessThanOrEqualTo(script.high(stream));
                for (long sequence = 1; sequence <= state.highWaterMark(); ) {
                    sequence = readOrLost(backend, durability, stream, sequence);
                }
            }
            assertOrder(backend, durability, recovery.position());
            Script later = new Script();
            later.resume(recovery);
            recovery.streams().forEach(state -> later.append(state.number(), "after"));
            if (!recovery.streams().isEmpty()) {
                later.commit(backend);
                for (StreamState state : recovery.streams()) {
                    long high = state.highWaterMark() + 1;
                    assertThat(Script.read(backend, state.number(), high, high)).containsExactly("after");
                }
            }
        } finally {
            backend.abandon();
        }
    }

    /** The sequence behind what was read, or behind what was told as lost. */
    private static long readOrLost(ChronicleBackend backend, Level durability, long stream, long sequence) {
        try {
            assertThat(Script.read(backend, stream, sequence, sequence)).containsExactly(payload(stream, sequence));
            return sequence + 1;
        } catch (StorageException e) {
            if (durability == Level.DISK || e.kind() != Kind.CORRUPT || e.lostThrough() < sequence) {
                throw e;
            }
            return e.lostThrough() + 1;
        }
    }

    private void assertOrder(ChronicleBackend backend, Level durability, long position) {
        for (long next = 1; next <= position; ) {
            try {
                for (Run run : backend.runs(next, position, 1_000)) {
                    for (int i = 0; i < run.count(); i++) {
                        assertThat(run.stream() + "/" + (run.sequence() + i))
                                .as("position %d", next)
                                .isEqualTo(order.get((int) next - 1));
                        next++;
                    }
                }
            } catch (StorageException e) {
                if (durability == Level.DISK || e.lostThrough() < next) {
                    throw e;
                }
                next = e.lostThrough() + 1;
            }
        }
    }
}
