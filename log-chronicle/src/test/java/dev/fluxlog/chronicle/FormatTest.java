package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.spec.Proves;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The bytes of docs/format.md: whoever changes one of these has to raise a version. */
class FormatTest {
    private static final UUID NODE = new UUID(0x0102030405060708L, 0x090A0B0C0D0E0F10L);

    private static String hex(byte[] bytes, int length) {
        return HexFormat.of().formatHex(bytes, 0, length);
    }

    private static byte[] resealed(byte[] bytes, int at, int value, int checksumAt) {
        bytes[at] = (byte) value;
        return Checksum.sealAt(bytes, checksumAt);
    }

    @Test
    @Proves({"FMT-3"})
    void theHeadOfACommitSegment() {
        byte[] head = new CommitSegment(NODE, 7, 3, 100, 500, true).encode();
        assertThat(hex(head, 64))
                .isEqualTo("4658584c4f434d5401000100" + "8cbf4de2" + "0807060504030201100f0e0d0c0b0a09"
                        + "0700000000000000" + "0300000000000000" + "6400000000000000" + "f401000000000000");
        assertThat(CommitSegment.decode(head)).isEqualTo(new CommitSegment(NODE, 7, 3, 100, 500, true));
    }

    @Test
    @Proves({"FMT-3"})
    void theHeadOfACommitGroup() {
        CommitGroup group = new Script().create(1).append(1, "payload").group();
        byte[] head = CommitRecord.of(group, 5, 1).encode();
        assertThat(hex(head, 48))
                .isEqualTo("5847525001000000" + "3f79ca3e" + "da71a488" + "02000000" + "01000000" + "8b000000"
                        + "00000000" + "0500000000000000" + "0100000000000000");
    }

    @Test
    @Proves({"FMT-3"})
    void theManifest() {
        Manifest manifest = new Manifest(
                NODE,
                9,
                true,
                new JournalPlace(2, 64, 11, 12),
                Unapplied.nothingAt(new JournalPlace(2, 64, 11, 12)),
                List.of(new StreamState(1, "n", true, true, 2, 3, new byte[] {5})));
        byte[] bytes = manifest.encode();
        assertThat(hex(bytes, bytes.length))
                .isEqualTo("46584c4f474d4e4601000100a975b3b90807060504030201100f0e0d0c0b0a09"
                        + "09000000000000000b000000000000000c000000000000000200000000000000"
                        + "4000000000000000010000007200000001000000000000000200000000000000"
                        + "030000000000000003000100010000006e05");
        assertThat(Manifest.decode(bytes)).isEqualTo(manifest);
    }

    @Test
    @Proves({"FMT-3"})
    void theManifestOfALogWhoseJournalsLackFrames() {
        Manifest manifest = new Manifest(
                NODE,
                9,
                false,
                new JournalPlace(2, 64, 11, 12),
                new Unapplied(new JournalPlace(1, 80, 5, 6), Map.of(1L, 2L)),
                List.of(
                        new StreamState(1, "n", true, false, 2, 3, new byte[] {5}),
                        new StreamState(2, "m", true, false, 1, 1, new byte[0])));
        byte[] bytes = manifest.encode();
        assertThat(hex(bytes, bytes.length))
                .isEqualTo("46584c4f474d4e460100020008aa2d300807060504030201100f0e0d0c0b0a09"
                        + "09000000000000000b000000000000000c000000000000000200000000000000"
                        + "400000000000000002000000bb000000"
                        + "0500000000000000060000000000000001000000000000005000000000000000"
                        + "010000000000000002000000000000000300000000000000" + "2100010001000000" + "6e05"
                        + "0200000000000000"
                        + "020000000000000001000000000000000100000000000000" + "0100010000000000" + "6d");
        assertThat(Manifest.decode(bytes)).isEqualTo(manifest);
    }

    @Test
    @Proves({"FMT-3"})
    void theOrderOfCommit() {
        byte[] bytes = new byte[100];
        List<Run> runs = List.of(new Run(10, 1, 4, 2), new Run(12, 3, 1, 1));
        int length = OrderExcerpt.encode(runs, bytes);
        byte[] stored = java.util.Arrays.copyOf(bytes, length);
        assertThat(hex(stored, length))
                .isEqualTo("cb010000b0e19e4800000000000000000a000000000000000200000000000000"
                        + "0100000000000000040000000000000002000000030000000000000001000000" + "0000000001000000");
        assertThat(((OrderExcerpt) Excerpt.decode(stored, 0)).runs()).isEqualTo(runs);
    }

    @Test
    @Proves({"FMT-3"})
    void numbersThatAreLost() {
        byte[] bytes = new byte[LostExcerpt.BYTES];
        LostExcerpt lost = new LostExcerpt(5, 9);
        lost.encode(3, bytes);
        assertThat(hex(bytes, bytes.length))
                .isEqualTo("cc010000" + "3f26fa31" + "03000000000000000500000000000000010000000000000009000000"
                        + "00000000");
        assertThat(Excerpt.decode(bytes, 3)).isEqualTo(lost);
        byte[] head = new CommitRecord(1, 0, 7, 68, 0, 5, 1).encode();
        assertThat(CommitRecord.decode(head, 0)).isEqualTo(new CommitRecord(1, 0, 7, 68, 0, 5, 1));
        assertThat(hex(head, 8)).isEqualTo("5847525001000100");
    }

    @Test
    @Proves({"FMT-1"})
    void aLaterVersionOfAnythingIsToldAsSuch() {
        byte[] manifest = resealed(Manifest.create(NODE).encode(), 8, 2, 12);
        byte[] segment = resealed(new CommitSegment(NODE, 1, 1, 1, 0, false).encode(), 8, 2, 12);
        byte[] group = resealed(new CommitRecord(1, 1, 0, 100, 0, 1, 1).encode(), 4, 2, 8);
        for (Runnable reading : List.<Runnable>of(
                () -> Manifest.decode(manifest),
                () -> CommitSegment.decode(segment),
                () -> CommitRecord.decode(group, 0))) {
            assertThatThrownBy(reading::run)
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.UNSUPPORTED_VERSION));
        }
    }

    @Test
    void aSegmentIsNamedByItsNumberAsADay() {
        Path directory = Path.of("journal");
        assertThat(SegmentName.file(directory, 0)).hasFileName("19700101seg.cq4");
        assertThat(SegmentName.file(directory, 20_000)).hasFileName("20241004seg.cq4");
        for (int number : new int[] {0, 1, 364, 20_000, 2_900_000}) {
            assertThat(SegmentName.numberOf(SegmentName.file(directory, number)))
                    .isEqualTo(number);
        }
        assertThat(SegmentName.numberOf(Path.of("20241004.cq4"))).isEqualTo(-1);
        assertThat(SegmentName.numberOf(Path.of("metadata.cq4t"))).isEqualTo(-1);
        assertThat(SegmentName.numberOf(Path.of("20241399seg.cq4"))).isEqualTo(-1);
    }
}
