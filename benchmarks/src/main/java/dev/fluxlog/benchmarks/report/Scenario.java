package dev.fluxlog.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line of the list of scenarios. */
record Scenario(String name, String title, String kind, String options, List<String> subjects) {
    private static final Pattern FOLLOWERS = Pattern.compile("--followers (\\d+)");

    static List<Scenario> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Scenario::parse)
                .toList();
    }

    private static Scenario parse(String line) {
        String[] cells = Arrays.stream(line.split("\\|")).map(String::strip).toArray(String[]::new);
        List<String> subjects = Arrays.stream(cells[4].split(" +"))
                .map(subject -> subject.replaceAll("[()]", ""))
                .toList();
        return new Scenario(cells[0], cells[1], cells[2], cells[3], subjects);
    }

    /** 0 for what follows nothing. */
    int followers() {
        Matcher given = FOLLOWERS.matcher(options);
        return given.find() ? Integer.parseInt(given.group(1)) : 0;
    }

    boolean isForced() {
        return options.contains("--durability disk");
    }
}
