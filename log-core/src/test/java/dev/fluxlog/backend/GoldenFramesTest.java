package dev.fluxlog.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Frames against the bytes that another program made from the table in {@link Frame}, checksums included. A line holds the
 * bytes, or for a long frame how many they are, and their SHA-256.
 */
class GoldenFramesTest {
    private static final int FIRST = Frame.FIRST;
    private static final int LAST = Frame.LAST;
    private static final int WHOLE = FIRST | LAST;
    private static final int CONTROL = Frame.CONTROL;
    private static final long MAX = Long.MAX_VALUE;
    private static final int BYTES_SHOWN_MAX = 400;

    private final List<byte[]> frames = new ArrayList<>();

    @Test
    @Proves("FMT-3")
    void framesHaveTheirBytesAndHashes() throws Exception {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        event(WHOLE, new long[] {1, 1, 1, 0}, "", "", "", "", bytes(""));
        event(WHOLE, new long[] {1, 2, 2, 1}, "type", "", "", "", bytes("text"));
        event(WHOLE, new long[] {7, 42, 100, 1_000_000}, "type", "k", "", "", bytes("hi"));
        event(FIRST, new long[] {2, 1, 3, 1_700_000_000_000_000L}, "batch", "first", "\u0001key", "", bytes("1"));
        event(LAST, new long[] {2, 2, 4, 1_700_000_000_000_000L}, "batch", "last", "", "", bytes("2"));
        event(WHOLE, new long[] {3, 1, 5, -1}, "", "", "", "\u0000\u0001\u00fe\u00ff", all);
        long[] high = {4, (1L << 53) + 1, 1L << 40, 1L << 62};
        event(WHOLE, high, "\u00e9\u4e2d\ud83d\ude00", "\ud83d\ude00", "", "", bytes("-0.0"));
        long[] highest = {MAX, MAX, MAX, MAX};
        event(
                WHOLE,
                highest,
                "t".repeat(300),
                "k".repeat(200),
                "o".repeat(100),
                "h".repeat(50),
                bytes("p".repeat(1_000)));
        event(CONTROL, new long[] {5, 0, 5, 10}, Catalog.CREATED, "", "", "", bytes("orders"));
        event(CONTROL, new long[] {5, 9, 5, 11}, Catalog.TRIMMED, "", "", "", bytes(""));
        event(CONTROL, new long[] {5, 9, 5, 12}, Catalog.SEALED, "", "", "", bytes(""));
        event(CONTROL, new long[] {5, 9, 5, 13}, Catalog.DELETED, "", "", "", bytes(""));

        assertThat(frames.stream().map(GoldenFramesTest::line)).containsExactlyElementsOf(golden());
    }

    @Test
    @Proves("FMT-3")
    void changesToTheCatalogHaveTheirNames() {
        assertThat(List.of(
                        Catalog.CREATED,
                        Catalog.FORKED,
                        Catalog.CONFIGURED,
                        Catalog.TRIMMED,
                        Catalog.SEALED,
                        Catalog.LOST,
                        Catalog.DELETED))
                .containsExactly("created", "forked", "configured", "trimmed", "sealed", "lost", "deleted");
    }

    /** @param place stream, sequence, position and time */
    private void event(
            int flags, long[] place, String type, String key, String origin, String headers, byte[] payload) {
        Frame.Parts parts = new Frame.Parts(
                flags, bytes(type), bytes(key), bytes(origin), headers.getBytes(StandardCharsets.ISO_8859_1), payload);
        byte[] frame = new byte[parts.frameBytes()];
        Frame.write(frame, 0, parts);
        Frame.place(frame, 0, place[0], place[1], place[2], place[3]);
        frames.add(frame);
    }

    private static String line(byte[] frame) {
        try {
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(frame));
            return (frame.length <= BYTES_SHOWN_MAX ? HexFormat.of().formatHex(frame) : frame.length) + " " + hash;
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> golden() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(GoldenFramesTest.class.getResourceAsStream("golden-frames.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
