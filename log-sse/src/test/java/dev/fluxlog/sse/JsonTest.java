package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.NewEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @ParameterizedTest
    @ValueSource(strings = {"1", " [1.0, -0.0]\n", "\"\u00e9\"", "null", "{\"a\":{}}", "9007199254740993", "1e999999"})
    void aValueIsAValue(String text) {
        assertThat(Json.isValue(bytes(text))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "01", "+1", ".5", "1.", "NaN", "'a'", "{a:1}", "[1,]", "1 1", "//x\n1", "\"\t\"", "tru",
                "nulll", "\uFEFF1", "1\u0000", "\u00001"
            })
    void whatTheStandardDoesNotKnowIsNone(String text) {
        assertThat(Json.isValue(bytes(text))).isFalse();
    }

    @Test
    void bytesThatAreNotUtf8AreNone() {
        assertThat(Json.isValue(new byte[] {'"', (byte) 0xff, '"'})).isFalse();
        assertThat(Json.isValue(new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'}))
                .isFalse();
        assertThat(Json.isValue("1".getBytes(StandardCharsets.UTF_16BE))).isFalse();
        assertThat(Json.isValue("[1]".getBytes(StandardCharsets.UTF_16LE))).isFalse();
    }

    @Test
    void anyValueInsideAnEnvelopeComesOutAsTheBytesThatWentIn() {
        Random random = new Random(Long.getLong("fluxlog.test.seed", 1));
        for (int i = 0; i < 500; i++) {
            String value = value(random, 4);
            String body = "[ {\"key\" : \"k\\u00e9\", \"data\" :" + space(random) + value + space(random)
                    + ",\"type\":\"t\"}]";

            List<NewEvent> events = NewEvents.array(bytes(body), 10);

            assertThat(events).hasSize(1);
            assertThat(new String(events.get(0).data(), StandardCharsets.UTF_8)).isEqualTo(value);
            assertThat(events.get(0).key()).isEqualTo("k\u00e9");
        }
    }

    @Test
    void aRawValueLosesItsLineBreaksAndNothingElse() {
        ByteBuf out = Unpooled.buffer();
        new JsonText(out)
                .array()
                .raw(bytes("{\"a\" :\r\n \"x\\n\",\n\"b\":1.50}"))
                .raw(bytes("\n2\n"))
                .endArray();

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("[{\"a\" : \"x\\n\",\"b\":1.50},2]");
    }

    @Test
    void aRefusalNamesLineAndColumn() {
        assertThatThrownBy(() -> Json.read("body", bytes("{\n \"a\": x}"), Json::raw))
                .isInstanceOf(Refusal.class)
                .hasMessageMatching("body is not JSON: line 2, column [67]");
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> "-0.0";
            case 1 -> "9007199254740993";
            case 2 -> "\"\\u00e9 \u2028\ud83d\ude00 \\\" \\\\ \"";
            case 3 -> "null";
            case 4 -> "\"\"";
            case 5 -> "1.50E+10";
            case 6 ->
                "{\"a\"" + space(random) + ":" + value(random, depth - 1) + ",\"\u00e9\":" + value(random, depth - 1)
                        + space(random) + "}";
            default -> "[" + space(random) + value(random, depth - 1) + " ," + value(random, depth - 1) + "]";
        };
    }

    private static String space(Random random) {
        return random.nextBoolean() ? "" : " \n\t";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
