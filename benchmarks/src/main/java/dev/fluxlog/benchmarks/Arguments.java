package dev.fluxlog.benchmarks;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of the form {@code --name value}. */
public final class Arguments {
    private final Map<String, String> values = new HashMap<>();

    Arguments(String[] words, int from) {
        for (int i = from; i + 1 < words.length; i += 2) {
            if (!words[i].startsWith("--")) {
                throw new IllegalArgumentException("an option is expected, not " + words[i]);
            }
            values.put(words[i].substring(2), words[i + 1]);
        }
    }

    public String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    public String required(String name) {
        @Nullable String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }

    public int number(String name, int otherwise) {
        return Integer.parseInt(text(name, Integer.toString(otherwise)));
    }

    /** In seconds, with a fraction if need be. */
    public Duration seconds(String name, double otherwise) {
        return Duration.ofNanos((long) (Double.parseDouble(text(name, Double.toString(otherwise))) * 1e9));
    }
}
