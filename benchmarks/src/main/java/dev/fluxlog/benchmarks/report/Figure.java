package dev.fluxlog.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** One figure over several runs. */
record Figure(double median, double min, double max, int runs) {

    static Figure of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        double median = n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
        return new Figure(median, sorted.get(0), sorted.get(n - 1), n);
    }

    /** Three digits are more than such figures repeat to. */
    static String rounded(double value) {
        if (value >= 1000) {
            double unit = Math.pow(10, Math.floor(Math.log10(value)) - 2);
            return String.format(Locale.ROOT, "%,.0f", Math.round(value / unit) * unit);
        }
        if (value >= 100) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }

    /** Microseconds in the unit that reads best. */
    static String time(double micros) {
        if (micros >= 1e6) {
            return rounded(micros / 1e6) + " s";
        }
        return micros >= 1e3 ? rounded(micros / 1e3) + " ms" : rounded(micros) + " µs";
    }

    String spread() {
        return runs == 1 ? rounded(median) : rounded(median) + " (" + rounded(min) + " to " + rounded(max) + ")";
    }
}
