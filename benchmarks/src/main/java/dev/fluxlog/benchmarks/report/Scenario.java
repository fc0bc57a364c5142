package dev.fluxlog.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** One line of the list of scenarios. */
record Scenario(String name, String title, String kind, String options, List<String> subjects) {

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

    boolean isForced() {
        return options.contains("--durability disk");
    }
}
