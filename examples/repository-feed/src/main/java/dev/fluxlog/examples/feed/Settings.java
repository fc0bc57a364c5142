package dev.fluxlog.examples.feed;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The words on the command line.
 *
 * @param port of the page, 0 for any free one
 */
record Settings(Path repository, Path data, int port, Duration pace) {
    static final String USAGE = "usage: run [REPOSITORY] [--data DIR] [--port N] [--pace MILLISECONDS]";

    static Settings of(String... words) {
        Settings settings = new Settings(Path.of("."), Path.of("repository-feed-data"), 0, Duration.ZERO);
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            if (!word.startsWith("--")) {
                settings = new Settings(Path.of(word), settings.data, settings.port, settings.pace);
                continue;
            }
            if (++i == words.length) {
                throw new IllegalArgumentException(USAGE);
            }
            settings = settings.with(word, words[i]);
        }
        return settings;
    }

    private Settings with(String option, String value) {
        try {
            return switch (option) {
                case "--data" -> new Settings(repository, Path.of(value), port, pace);
                case "--port" -> new Settings(repository, data, Integer.parseInt(value), pace);
                case "--pace" -> new Settings(repository, data, port, Duration.ofMillis(Long.parseLong(value)));
                default -> throw new IllegalArgumentException(USAGE);
            };
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(USAGE, notANumber);
        }
    }
}
