package dev.fluxlog.acceptance;

import dev.fluxlog.NewEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Events that are easily damaged on their way: the awkward ones by hand, the others at random. */
final class SampleEvents {
    private static final List<String> SCALARS = List.of(
            "null",
            "true",
            "9007199254740993",
            "-0.0",
            "1E+400",
            "0.1000",
            "123456789012345678901234567890",
            "\"\"",
            "\"\\u0000\\ud83d\\ude00\"",
            "\"\uD83D\uDE00 \u2028 \u00e9 e\u0301\"",
            "\"</script>\\/\"",
            "{}",
            "[]");
    private static final List<String> TEXTS =
            List.of("", " ", "a", "\uD83D\uDE00", "\u2028", "e\u0301", "\u00e9", "tab\tquote\"back\\slash", "<&>");

    private final Random random;

    SampleEvents(long seed) {
        random = new Random(seed);
    }

    /** JSON data, one line each. */
    List<String> json(int count) {
        List<String> values = new ArrayList<>(SCALARS);
        while (values.size() < count) {
            values.add(value(4));
        }
        return values;
    }

    private String value(int depth) {
        int kind = depth == 0 ? 0 : random.nextInt(3);
        if (kind == 0) {
            return SCALARS.get(random.nextInt(SCALARS.size()));
        }
        List<String> members = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            members.add(kind == 1 ? value(depth - 1) : "\"k" + random.nextInt(3) + "\": " + value(depth - 1));
        }
        return kind == 1 ? "[" + String.join(" , ", members) + "]" : "{" + String.join(",", members) + "}";
    }

    /** JSON, texts and bytes with types, keys and headers. */
    List<NewEvent> events(int count) {
        List<NewEvent> events = new ArrayList<>();
        events.add(NewEvent.of(new byte[0]));
        events.add(NewEvent.text(""));
        json(count / 3).forEach(json -> events.add(dressed(NewEvent.json(json))));
        while (events.size() < count * 2 / 3) {
            events.add(dressed(NewEvent.text(text() + "\n" + text() + "\r\n" + text())));
        }
        while (events.size() < count) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            events.add(dressed(
                    random.nextBoolean()
                            ? NewEvent.of(bytes)
                            : NewEvent.of(bytes).withContentType("application/octet-stream")));
        }
        return events;
    }

    private NewEvent dressed(NewEvent event) {
        NewEvent dressed = event.withType(text()).withKey(text());
        for (int i = random.nextInt(3); i > 0; i--) {
            dressed = dressed.withHeader("h" + random.nextInt(5) + text(), text());
        }
        return dressed;
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size())) + TEXTS.get(random.nextInt(TEXTS.size()));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
