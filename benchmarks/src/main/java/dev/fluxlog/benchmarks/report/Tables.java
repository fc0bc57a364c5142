package dev.fluxlog.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The measurements of one scenario as a table and a plot. */
final class Tables {
    /** The first of these that a scenario has is what its subjects are compared by. */
    private static final List<String> RATES = List.of("events/s", "deliveries/s", "MiB/s");

    /** Of a process with few followers it tells what a first request takes, and nothing of followers. */
    private static final String MEMORY = "kB/follower";

    /** What the server's processes took of the processors for an event; for a delivery, where there are followers. */
    private static final String CPU = "CPU µs";

    private static final int FOLLOWERS_MIN = 1_000;

    private static final List<String> TIMES = List.of("p50", "p90", "p99", "p99.9", "max");

    private final Figures figures;

    Tables(Figures figures) {
        this.figures = figures;
    }

    Optional<String> rateOf(Scenario scenario) {
        boolean paced = scenario.options().contains("--rate");
        return RATES.stream()
                .filter(rate -> !paced)
                .filter(rate -> scenario.subjects().stream()
                        .anyMatch(subject ->
                                figures.find(scenario.name(), subject, rate).isPresent()))
                .findFirst();
    }

    private List<String> measured(Scenario scenario, String metric, boolean highestFirst) {
        Comparator<String> order = Comparator.comparingDouble(
                subject -> figures.median(scenario.name(), subject, metric).orElse(0.0));
        return scenario.subjects().stream()
                .filter(subject ->
                        figures.find(scenario.name(), subject, metric).isPresent())
                .sorted(highestFirst ? order.reversed() : order)
                .toList();
    }

    String table(Scenario scenario) {
        if (scenario.kind().equals("start")) {
            return startTable(scenario);
        }
        Optional<String> rate = rateOf(scenario);
        String metric = rate.orElse("p50");
        List<String> subjects = measured(scenario, metric, rate.isPresent());
        if (subjects.isEmpty()) {
            return "Not measured.\n";
        }
        List<String> times = TIMES.stream()
                .filter(time -> subjects.stream()
                        .anyMatch(s -> figures.find(scenario.name(), s, time).isPresent()))
                .toList();
        List<String> further = further(scenario).stream()
                .filter(figure -> subjects.stream()
                        .anyMatch(s -> figures.find(scenario.name(), s, figure).isPresent()))
                .toList();
        StringBuilder out = new StringBuilder("| |");
        rate.ifPresent(r -> out.append(' ').append(r).append(" | Fluxlog is |"));
        times.forEach(time -> out.append(' ').append(time).append(" |"));
        further.forEach(figure -> out.append(' ').append(figure).append(" |"));
        out.append(" load |\n|---|")
                .append(rate.isPresent() ? "---|---|" : "")
                .append("---|".repeat(times.size() + further.size()))
                .append("---|\n");
        for (String subject : subjects) {
            out.append("| ").append(Subjects.name(subject, scenario.isForced())).append(" |");
            rate.ifPresent(r -> {
                Figure figure = figures.find(scenario.name(), subject, r).orElseThrow();
                out.append(' ').append(figure.spread()).append(" | ");
                out.append(ratio(scenario, subject, r)).append(" |");
            });
            times.forEach(time ->
                    cell(out, figures.median(scenario.name(), subject, time).map(Figure::time)));
            further.forEach(figure ->
                    cell(out, figures.median(scenario.name(), subject, figure).map(Figure::rounded)));
            cell(out, figures.median(scenario.name(), subject, "load").map(Figure::rounded));
            out.append('\n');
        }
        return out.append(leftOut(scenario, subjects)).toString();
    }

    private static void cell(StringBuilder out, Optional<String> text) {
        out.append(' ').append(text.orElse("")).append(" |");
    }

    /** What is shown besides rate and times. */
    private static List<String> further(Scenario scenario) {
        return switch (scenario.kind()) {
            case "catch-up", "replay" -> List.of("MiB/s", CPU, "files MiB/s");
            case "http" -> List.of(CPU);
            case "fan-out" ->
                scenario.followers() < FOLLOWERS_MIN
                        ? List.of("delivered %", CPU)
                        : List.of("delivered %", CPU, MEMORY);
            default -> List.of();
        };
    }

    /** Who is missing from a table says why. */
    private String leftOut(Scenario scenario, List<String> present) {
        List<String> missing = scenario.subjects().stream()
                .filter(subject -> !present.contains(subject))
                .map(subject -> Subjects.name(subject, scenario.isForced()) + " (" + reason(scenario, subject) + ")")
                .toList();
        return missing.isEmpty() ? "" : "\nMissing: " + String.join(", ", missing) + ".\n";
    }

    private String reason(Scenario scenario, String subject) {
        if (figures.find(scenario.name(), subject, "not started").isPresent()) {
            return "could not be started";
        }
        return figures.find(scenario.name(), subject, "failed").isPresent() ? "its run failed" : "not measured yet";
    }

    private String startTable(Scenario scenario) {
        StringBuilder out = new StringBuilder("| | median (spread) |\n|---|---|\n");
        figures.find(scenario.name(), "fluxlog", "ready")
                .ifPresent(ready -> out.append("| `./fluxlog serve` to its ready line, ms | ")
                        .append(new Figure(ready.median() / 1e3, ready.min() / 1e3, ready.max() / 1e3, ready.runs())
                                .spread())
                        .append(" |\n"));
        figures.find(scenario.name(), "fluxlog", "resident MB")
                .ifPresent(memory -> out.append("| resident memory after three idle seconds, MB | ")
                        .append(memory.spread())
                        .append(" |\n"));
        return out.toString();
    }

    private String ratio(Scenario scenario, String subject, String rate) {
        Optional<Double> ours = figures.median(scenario.name(), "fluxlog", rate);
        Optional<Double> theirs = figures.median(scenario.name(), subject, rate);
        return Subjects.isOurs(subject) || ours.isEmpty() || theirs.isEmpty()
                ? ""
                : Figure.rounded(ours.get() / theirs.get()) + " ×";
    }

    /** A plot of the rates, or of the median times where the rate is given. */
    Optional<String> chart(Scenario scenario) {
        Optional<String> rate = rateOf(scenario);
        String metric = rate.orElse("p50");
        List<BarChart.Bar> bars = new ArrayList<>();
        for (String subject : measured(scenario, metric, rate.isPresent())) {
            Figure figure = figures.find(scenario.name(), subject, metric).orElseThrow();
            bars.add(new BarChart.Bar(
                    Subjects.name(subject, scenario.isForced()),
                    figure.median(),
                    figure.min(),
                    figure.max(),
                    Subjects.isOurs(subject)));
        }
        String unit = rate.orElse("p50 in microseconds, less is better");
        return bars.size() < 2 ? Optional.empty() : Optional.of(BarChart.draw(scenario.title(), unit, bars));
    }
}
