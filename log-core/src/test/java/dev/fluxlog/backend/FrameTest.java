package dev.fluxlog.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The stored form of an event, byte by byte. */
class FrameTest {
    private static final byte[] NOTHING = new byte[0];

    /** Made from the table in the class comment by another program, checksum included. */
    private static final String GOLDEN = "c9010300" + "bfe8c86a"
            + "0700000000000000" + "2a00000000000000" + "6400000000000000" + "40420f0000000000"
            + "0400" + "0100" + "00000000" + "02000000" + "0000" + "0000"
            + "74797065" + "6b" + "6869";

    @Test
    @Proves("FMT-1")
    void hasTheBytesOfTheFormat() {
        byte[] frame = frame(Frame.FIRST | Frame.LAST, "type", "k", "hi");

        assertThat(HexFormat.of().formatHex(frame)).isEqualTo(GOLDEN);
    }

    @Test
    @Proves("FMT-1")
    void tellsWhatWasWritten() {
        Frame frame = Frame.verify(frame(Frame.FIRST, "type", "k", "hi"), 0, 63);

        assertThat(frame.stream()).isEqualTo(7);
        assertThat(frame.sequence()).isEqualTo(42);
        assertThat(frame.position()).isEqualTo(100);
        assertThat(frame.timeMicros()).isEqualTo(1_000_000);
        assertThat(frame.type()).isEqualTo("type");
        assertThat(frame.key()).isEqualTo("k");
        assertThat(frame.payload()).isEqualTo("hi".getBytes(StandardCharsets.UTF_8));
        assertThat(frame.isFirst()).isTrue();
        assertThat(frame.isLast()).isFalse();
        assertThat(frame.isControl()).isFalse();
    }

    @Test
    @Proves("FMT-2")
    void findsEveryFlippedBit() {
        byte[] sound = frame(Frame.FIRST | Frame.LAST, "type", "k", "hi");
        for (int bit = 0; bit < sound.length * 8; bit++) {
            byte[] damaged = sound.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));

            StorageException found =
                    catchThrowableOfType(StorageException.class, () -> Frame.verify(damaged, 0, damaged.length));

            assertThat(found).as("bit %d", bit).isNotNull();
            assertThat(found.kind()).as("bit %d", bit).isEqualTo(StorageException.Kind.CORRUPT);
        }
    }

    @Test
    @Proves("FMT-2")
    void findsEveryCut() {
        byte[] sound = frame(Frame.FIRST | Frame.LAST, "type", "k", "hi");
        for (int length = 0; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            assertThatThrownBy(() -> Frame.verify(cut, 0, cut.length))
                    .as("cut to %d", length)
                    .isInstanceOf(StorageException.class);
        }
    }

    @Test
    @Proves("FMT-1")
    void refusesVersionsAndFlagsOfTheFuture() {
        byte[] version = frame(Frame.FIRST, "type", "k", "hi");
        version[1] = 2;
        byte[] flag = frame(Frame.FIRST, "type", "k", "hi");
        flag[3] = (byte) 0x80;
        for (byte[] frame : new byte[][] {version, flag}) {
            CRC32C crc = new CRC32C();
            crc.update(frame, 0, 4);
            crc.update(frame, 8, frame.length - 8);
            for (int i = 0; i < 4; i++) {
                frame[4 + i] = (byte) (crc.getValue() >>> (8 * i));
            }

            StorageException found =
                    catchThrowableOfType(StorageException.class, () -> Frame.verify(frame, 0, frame.length));

            assertThat(found.kind()).isEqualTo(StorageException.Kind.UNSUPPORTED_VERSION);
        }
    }

    @Test
    void comparesContentWithoutPlaceAndOrigin() throws Exception {
        byte[] one = frame(Frame.FIRST, "type", "k", "hi");
        byte[] elsewhere = one.clone();
        Frame.place(elsewhere, 0, 8, 43, 101, 2_000_000);

        assertThat(digest(elsewhere)).isEqualTo(digest(one));
        assertThat(digest(frame(Frame.FIRST, "typ", "ek", "hi"))).isNotEqualTo(digest(one));
    }

    private static byte[] digest(byte[] frame) throws Exception {
        java.security.MessageDigest digest = java.security.MessageDigest.getInstance("SHA-256");
        Frame.of(frame, 0).digestContent(digest, NOTHING);
        return digest.digest();
    }

    private static byte[] frame(int flags, String type, String key, String payload) {
        Frame.Parts parts = new Frame.Parts(flags, bytes(type), bytes(key), NOTHING, NOTHING, bytes(payload));
        byte[] target = new byte[parts.frameBytes()];
        Frame.write(target, 0, parts);
        Frame.place(target, 0, 7, 42, 100, 1_000_000);
        return target;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
