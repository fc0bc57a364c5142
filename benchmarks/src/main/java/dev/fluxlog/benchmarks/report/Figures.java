package dev.fluxlog.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Recorded figures: lines of scenario, subject, run, metric, value. */
final class Figures {
    private record Place(String scenario, String subject, String metric) {}

    private final Map<Place, List<Double>> values = new LinkedHashMap<>();

    static Figures read(Path file) throws IOException {
        Figures figures = new Figures();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] cells = line.split("\t", -1);
                Place place = new Place(cells[0], cells[1], cells[3]);
                figures.values.computeIfAbsent(place, none -> new ArrayList<>()).add(Double.parseDouble(cells[4]));
            }
        }
        return figures;
    }

    Optional<Figure> find(String scenario, String subject, String metric) {
        return Optional.ofNullable(values.get(new Place(scenario, subject, metric)))
                .map(Figure::of);
    }

    /** Median of a metric, if it was measured. */
    Optional<Double> median(String scenario, String subject, String metric) {
        return find(scenario, subject, metric).map(Figure::median);
    }

    Set<String> scenarios() {
        Set<String> found = new LinkedHashSet<>();
        values.keySet().forEach(place -> found.add(place.scenario));
        return found;
    }

    Set<String> subjects(String scenario) {
        Set<String> found = new LinkedHashSet<>();
        values.keySet().stream()
                .filter(place -> place.scenario.equals(scenario))
                .forEach(place -> found.add(place.subject));
        return found;
    }

    /** Puts fresh lines in the place of all recorded ones of the same scenario and subject. */
    static void merge(Path fresh, Path record) throws IOException {
        List<String> added = Files.readAllLines(fresh);
        Set<String> replaced = new LinkedHashSet<>();
        added.forEach(line -> replaced.add(key(line)));
        List<String> lines = new ArrayList<>();
        if (Files.exists(record)) {
            Files.readAllLines(record).stream()
                    .filter(line -> !replaced.contains(key(line)))
                    .forEach(lines::add);
        }
        lines.addAll(added);
        Files.write(record, lines);
    }

    private static String key(String line) {
        String[] cells = line.split("\t", -1);
        return cells[0] + "\t" + cells[1];
    }
}
