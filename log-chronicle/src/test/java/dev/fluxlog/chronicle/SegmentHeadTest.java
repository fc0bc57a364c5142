package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Chronicle writes is taken for sound at each moment, and what leads it out of a segment is not. */
class SegmentHeadTest {
    /** The places of numbers that may be anything within bounds: counts, sequences, and the rest of their words. */
    private static final Set<Integer> COUNTS = Set.of(0x38, 0x48, 0xB0, 0xE8);

    /** More than one page of the index tells of. */
    private static final int EXCERPTS = 10_000;

    @TempDir
    Path directory;

    private Path segment = Path.of("");

    @BeforeEach
    void find() {
        segment = SegmentName.file(directory, 0);
    }

    private void write(int excerpts) {
        try (JournalQueue queue = JournalQueue.open(directory, 0, StreamJournal.SMALL_BLOCK_BYTES)) {
            for (int i = 0; i < excerpts; i++) {
                queue.append(new byte[40], 40);
            }
        }
    }

    private boolean isSound() throws IOException {
        return SegmentHead.isSound(new Medium(directory, new LocalDisk(), CrashPoints.NONE), segment);
    }

    @Test
    @Proves({"STR-32"})
    void aSegmentIsSoundAtEachMomentAtWhichItIsAppendedTo() throws Exception {
        write(1);
        AtomicBoolean ended = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            write(EXCERPTS);
            ended.set(true);
        });
        writer.start();
        int looks = 0;
        while (!ended.get()) {
            assertThat(isSound()).isTrue();
            looks++;
        }
        writer.join();
        assertThat(looks).isGreaterThan(10);
        assertThat(pages(Files.readAllBytes(segment))).isGreaterThan(1);
        assertThat(isSound()).isTrue();
    }

    private static int pages(byte[] bytes) {
        return bytes[0xE8];
    }

    @Test
    @Proves({"STR-32"})
    void everyBitThatIsTheSameInAllSegmentsIsLookedAt() throws IOException {
        write(100);
        byte[] whole = Files.readAllBytes(segment);
        for (int at = 0; at < 0xF0; at++) {
            if (COUNTS.contains(at / 8 * 8)) {
                continue;
            }
            for (int bit = 0; bit < 8; bit++) {
                byte[] bytes = whole.clone();
                bytes[at] ^= (byte) (1 << bit);
                Files.write(segment, bytes);
                // A place that is off by less than the segment is long may lead to something that looks right.
                if (at < 0x40 || at >= 0x44) {
                    assertThat(isSound()).as("bit %d of byte %d", bit, at).isFalse();
                }
            }
        }
    }

    @Test
    @Proves({"STR-32"})
    void aPlaceThatIsOutsideOfTheSegmentIsDamage() throws IOException {
        write(EXCERPTS);
        byte[] whole = Files.readAllBytes(segment);
        ByteBuffer numbers = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        long second = numbers.getLong(0xF0 + Long.BYTES);
        long numberInSecond = (second + 4 + 7 + 1 + 7) / 8 * 8 + 2 * Long.BYTES;
        long[] places = {0x40, 0xF0, 0xF0 + Long.BYTES, 0x510, numberInSecond};
        long[] outside = {whole.length, whole.length - 3, whole.length + 64L, -8, 1L << 44, Long.MAX_VALUE, 0x511};
        for (long place : places) {
            assertThat(numbers.getLong((int) place))
                    .as("there is a place at %d", place)
                    .isBetween(1L, (long) whole.length);
            for (long wrong : outside) {
                byte[] bytes = whole.clone();
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong((int) place, wrong);
                Files.write(segment, bytes);
                assertThat(isSound()).as("%d at %d", wrong, place).isFalse();
            }
        }
    }

    @Test
    @Proves({"STR-32"})
    void aFileThatIsShorterThanAHeadIsNotSound() throws IOException {
        Files.write(segment, new byte[0]);
        assertThat(isSound()).isFalse();
        Files.write(segment, new byte[1 << 16]);
        assertThat(isSound()).isFalse();
        Files.delete(segment);
        write(100);
        byte[] whole = Files.readAllBytes(segment);
        Files.write(segment, java.util.Arrays.copyOf(whole, 1_000));
        assertThat(isSound()).isFalse();
    }
}
