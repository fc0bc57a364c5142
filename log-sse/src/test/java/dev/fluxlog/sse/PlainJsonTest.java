package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainJsonTest {
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\\"",
        "\\u00e9",
        "\\u12",
        "\\x",
        "0",
        "-",
        "1",
        "12.5",
        "1e9",
        "E+",
        ".",
        "true",
        "tru",
        "null",
        "false",
        " ",
        "\n",
        "\t",
        "\r",
        "\"a\"",
        "\"name\":",
        "\"long enough for eight bytes\"",
        "\u00e9",
        "\ud83d\ude00",
        "\u0001",
        "\u007f",
        "{}",
        "[]",
        "{\"a\":1}",
        "[1,2]",
        "NaN",
        "//",
        "\"\\n\""
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                " {\"a\":[1,-0.5e+10,true,false,null,\"\",{}],\"b c\":{\"\u00e9\":[[]]}} \n",
                "\"a string that is longer than eight bytes, with \\\" and \\u00e9\"",
                "[]",
                "{}",
                "0"
            })
    void whatComesEveryDayIsRecognised(String text) {
        assertThat(recognises(text)).isTrue();
    }

    /** Of many texts that are nearly JSON, none is taken for it that the library does not read. */
    @Test
    void whatIsRecognisedIsRead() {
        Random random = new Random(Long.getLong("fluxlog.test.seed", 1));
        int recognised = 0;
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(9); length >= 0; length--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            boolean plain = recognises(text.toString());
            recognised += plain ? 1 : 0;

            if (plain != Json.isRead(bytes(text.toString()))) {
                throw new AssertionError("recognised: " + plain + ", but not read so: " + text);
            }
        }
        assertThat(recognised).isGreaterThan(300);
    }

    @Test
    void everyByteOfAStringIsLookedAt() {
        byte[] text = bytes("\"0123456789012345678901234567890123456789\"");
        for (int at = 1; at < text.length - 1; at++) {
            for (byte wrong : new byte[] {0, '\n', 0x1f, '"', '\\'}) {
                byte[] broken = text.clone();
                broken[at] = wrong;

                assertThat(PlainJson.recognises(broken))
                        .as("%d at %d", wrong, at)
                        .isEqualTo(Json.isRead(broken));
            }
        }
    }

    @Test
    void whatIsBeyondItsBoundsIsLeftToTheLibrary() {
        assertThat(recognises("[".repeat(PlainJson.LEVELS) + "]".repeat(PlainJson.LEVELS)))
                .isTrue();
        assertThat(recognises("[".repeat(PlainJson.LEVELS + 1) + "]".repeat(PlainJson.LEVELS + 1)))
                .isFalse();
        assertThat(recognises("1".repeat(PlainJson.NUMBER_BYTES))).isTrue();
        assertThat(recognises("1".repeat(PlainJson.NUMBER_BYTES + 1))).isFalse();
        assertThat(recognises("\"" + "a".repeat(PlainJson.STRING_BYTES - 2) + "\""))
                .isTrue();
        assertThat(recognises("\"" + "a".repeat(PlainJson.STRING_BYTES) + "\"")).isFalse();
        String deep = "[".repeat(Json.DEPTH_MAX) + "]".repeat(Json.DEPTH_MAX);
        assertThat(Json.isValue(bytes(deep))).isTrue();
        assertThat(Json.isValue(bytes("[" + deep + "]"))).isFalse();
    }

    @Test
    void aLineBreakIsFoundWhereverItStands() {
        for (int length = 0; length < 40; length++) {
            for (int at = 0; at < length; at++) {
                byte[] text = bytes("x".repeat(length));
                text[at] = (byte) (at % 2 == 0 ? '\n' : '\r');

                assertThat(PlainJson.lineBreak(text, 0)).isEqualTo(at);
                assertThat(PlainJson.lineBreak(text, at + 1)).isEqualTo(length);
            }
        }
        assertThat(PlainJson.lineBreak(bytes("\u010a\u010d\ud83d\ude00 0123456789"), 0))
                .isEqualTo(19);
    }

    private static boolean recognises(String text) {
        return PlainJson.recognises(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
