package dev.fluxlog.tck;

import dev.fluxlog.NewEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Events that codecs get wrong: chosen ones, and generated ones without end. */
public final class Samples {
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "null",
            "\u0000",
            "a\nb\r\nc\rd",
            "data: x\n\n",
            "\t leading and trailing ",
            "\"quoted\\\"",
            "\u2028\u2029",
            "e\u0301 \u00e9",
            "\ud83d\ude00\ud800\udc00\udbff\udfff",
            "\ufeffbom",
            "\u202eright to left",
            "9007199254740993",
            "-0.0",
            "1e400",
            "NaN",
            "{\"a\":{\"b\":[null,true,-0.0,9007199254740993,\"\\u0000\",{\"\":\"\"}]}}",
            "<script>&amp;</script>",
            "../../etc/passwd");

    private Samples() {}

    /** Every awkward text once as data, key, type, header name and header value. */
    public static List<NewEvent> awkward() {
        List<NewEvent> events = new ArrayList<>();
        for (String text : TEXTS) {
            events.add(NewEvent.of(utf8(text)));
            events.add(NewEvent.of(utf8("key")).withKey(text));
            events.add(NewEvent.of(utf8("type")).withType(text));
            events.add(NewEvent.of(utf8("header")).withHeader(text, text));
            events.add(NewEvent.json(text));
        }
        for (int length : new int[] {0, 1, 7, 8, 255, 256, 65_535, 65_536, 300_000}) {
            byte[] bytes = new byte[length];
            IntStream.range(0, length).forEach(i -> bytes[i] = (byte) i);
            events.add(NewEvent.of(bytes));
        }
        events.add(new NewEvent("", "", Map.of("a", "", "", "b", "B", "c"), new byte[] {(byte) 0xFF, 0, (byte) 0xC9}));
        return List.copyOf(events);
    }

    /** Some event, small most of the time. */
    public static NewEvent any(Random random) {
        byte[] data = new byte[random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(200)];
        random.nextBytes(data);
        Map<String, String> headers = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            headers.put(anyText(random), anyText(random));
        }
        return new NewEvent(anyText(random), anyText(random), headers, data);
    }

    private static String anyText(Random random) {
        if (random.nextInt(3) == 0) {
            return TEXTS.get(random.nextInt(TEXTS.size()));
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int point = random.nextInt(Character.MAX_CODE_POINT + 1);
            boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            text.appendCodePoint(surrogate ? 'x' : point);
        }
        return text.toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
