package dev.fluxlog.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code merge FRESH RECORD}, {@code compare FRESH RECORD} or {@code write BENCHMARKS DOCS}. */
public final class Report {
    private static final Pattern PLACE = Pattern.compile("^\\{\\{(\\w[\\w-]*)(?: ([\\w-]+))?}}$", Pattern.MULTILINE);

    private final Path docs;
    private final List<Scenario> scenarios;
    private final Figures figures;
    private final Tables tables;

    private Report(Path benchmarks, Path docs) throws IOException {
        this.docs = docs;
        this.scenarios = Scenario.read(benchmarks.resolve("scenarios.txt"));
        this.figures = Figures.read(docs.resolve("benchmarks/results.tsv"));
        this.tables = new Tables(figures);
    }

    public static void main(String[] words) throws IOException {
        Path first = Path.of(words[1]);
        Path second = Path.of(words[2]);
        switch (words[0]) {
            case "merge" -> Figures.merge(first, second);
            case "compare" -> System.out.print(compare(Figures.read(first), Figures.read(second)));
            case "write" -> new Report(first, second).write(first.resolve("benchmarks.md.in"));
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    /** Fresh figures beside the recorded ones, as plain text. */
    private static String compare(Figures fresh, Figures record) {
        StringBuilder out = new StringBuilder();
        for (String scenario : fresh.scenarios()) {
            out.append(scenario).append('\n');
            for (String subject : fresh.subjects(scenario)) {
                for (String metric :
                        List.of("events/s", "deliveries/s", "MiB/s", "p50", "p99", "ready", "resident MB")) {
                    fresh.find(scenario, subject, metric).ifPresent(figure -> {
                        Optional<Figure> before = record.find(scenario, subject, metric);
                        String beside = before.map(b -> "  recorded " + b.spread() + ", now "
                                        + Figure.rounded(figure.median() / b.median()) + " times that")
                                .orElse("");
                        out.append(String.format("  %-24s %-12s %s%s%n", subject, metric, figure.spread(), beside));
                    });
                }
            }
        }
        return out.toString();
    }

    private void write(Path template) throws IOException {
        Matcher matcher = PLACE.matcher(Files.readString(template));
        StringBuilder out = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(out, Matcher.quoteReplacement(part(matcher.group(1), matcher.group(2))));
        }
        matcher.appendTail(out);
        Files.writeString(docs.resolve("benchmarks.md"), out.toString());
    }

    private String part(String what, @org.jspecify.annotations.Nullable String which) throws IOException {
        return switch (what) {
            case "aims" -> new Aims(figures).table().stripTrailing();
            case "facts" -> facts().stripTrailing();
            case "section" -> section(String.valueOf(which)).stripTrailing();
            default -> throw new IllegalArgumentException("no such place in the template: " + what);
        };
    }

    private String facts() throws IOException {
        StringBuilder out = new StringBuilder("| | |\n|---|---|\n");
        for (String line : Files.readAllLines(docs.resolve("benchmarks/facts.tsv"))) {
            String[] cells = line.split("\t", 2);
            out.append("| ").append(cells[0]).append(" | ").append(cells[1]).append(" |\n");
        }
        figures.find("append-disk-1", "file", "p50")
                .ifPresent(p50 -> out.append("| flush latency of the device | p50 ")
                        .append(Figure.time(p50.median()))
                        .append(", p99 ")
                        .append(Figure.time(
                                figures.median("append-disk-1", "file", "p99").orElse(0.0)))
                        .append(" (100 B written and forced, one caller, a file of zeros) |\n"));
        return out.toString();
    }

    /** All scenarios of a kind, each with plot and table. */
    private String section(String kind) throws IOException {
        StringBuilder out = new StringBuilder();
        for (Scenario scenario : scenarios) {
            if (!scenario.kind().equals(kind)) {
                continue;
            }
            out.append("### ")
                    .append(scenario.title())
                    .append("\n\n`benchmarks/run ")
                    .append(scenario.name());
            out.append("`\n\n");
            Optional<String> chart = tables.chart(scenario);
            if (chart.isPresent()) {
                Files.writeString(docs.resolve("benchmarks/" + scenario.name() + ".svg"), chart.get());
                out.append("![")
                        .append(scenario.title())
                        .append("](benchmarks/")
                        .append(scenario.name());
                out.append(".svg)\n\n");
            }
            out.append(tables.table(scenario)).append('\n');
        }
        return out.toString();
    }
}
