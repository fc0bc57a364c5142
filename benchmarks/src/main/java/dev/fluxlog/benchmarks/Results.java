package dev.fluxlog.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.HdrHistogram.AbstractHistogram;

/** Figures of one measurement, added to a file of tab-separated lines: scenario, subject, run, metric, value. */
public final class Results {
    private final Path file;
    private final String scenario;
    private final String subject;
    private final int run;
    private final StringBuilder lines = new StringBuilder();

    Results(Arguments arguments) {
        this.file = Path.of(arguments.required("results"));
        this.scenario = arguments.required("scenario");
        this.subject = arguments.required("subject");
        this.run = arguments.number("run", 1);
    }

    public void add(String metric, double value) {
        lines.append(String.format(Locale.ROOT, "%s\t%s\t%d\t%s\t%.3f%n", scenario, subject, run, metric, value));
    }

    /** Percentiles in microseconds. */
    public void latency(AbstractHistogram nanos) {
        add("p50", nanos.getValueAtPercentile(50) / 1e3);
        add("p90", nanos.getValueAtPercentile(90) / 1e3);
        add("p99", nanos.getValueAtPercentile(99) / 1e3);
        add("p99.9", nanos.getValueAtPercentile(99.9) / 1e3);
        add("max", nanos.getMaxValue() / 1e3);
    }

    void write() throws IOException {
        System.out.print(lines);
        Files.writeString(file, lines, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
