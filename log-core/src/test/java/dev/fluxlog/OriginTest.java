package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes that say which append an event came with. */
class OriginTest {

    @Test
    void hasTheDocumentedBytes() {
        Origin origin = new Origin("k", new Producer("p", 1, 258), "o");
        assertThat(HexFormat.of().formatHex(origin.encode()))
                .isEqualTo(
                        "01000" + "16b" + "020011" + "0000000000000001" + "0000000000000102" + "70" + "03000" + "16f");
        assertThat(Origin.decode(origin.encode())).isEqualTo(origin);
    }

    @Test
    void isNothingWithoutAnyOfThem() {
        assertThat(Origin.NONE.encode()).isEmpty();
        assertThat(Origin.decode(new byte[0])).isEqualTo(Origin.NONE);
    }

    @Test
    void passesOverTagsOfLaterVersions() {
        byte[] later = ("\u007f\u0000\u0002xy" + "\u0001\u0000\u0001k").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Origin.decode(later)).isEqualTo(Origin.ofKey("k"));
    }
}
