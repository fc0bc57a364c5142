package dev.fluxlog.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** Horizontal bars on a logarithmic scale, readable on light and dark ground. */
final class BarChart {
    private static final int WIDTH = 760;
    private static final int LABELS = 235;
    private static final int VALUES = 110;
    private static final int ROW = 26;
    private static final int TOP = 44;

    /** @param isOurs drawn in the accent colour */
    record Bar(String label, double value, double min, double max, boolean isOurs) {}

    private BarChart() {}

    static String draw(String title, String unit, List<Bar> bars) {
        double least = bars.stream().mapToDouble(Bar::value).min().orElse(1);
        double most = bars.stream().mapToDouble(Bar::max).max().orElse(10);
        double from = Math.floor(Math.log10(Math.max(least, 1e-3)));
        double to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(most, 1e-3))));
        int height = TOP + bars.size() * ROW + 34;
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\""
                        + " aria-label=\"%s\">",
                WIDTH,
                height,
                WIDTH,
                height,
                escape(title));
        line(svg, "<style>");
        line(svg, "text{font:13px system-ui,sans-serif;fill:#24292f}.title{font-weight:600;font-size:15px}");
        line(svg, ".small{font-size:11px;fill:#57606a}.grid{stroke:#d0d7de}.peer{fill:#8c959f}.ours{fill:#0969da}");
        line(svg, ".spread{stroke:#24292f;stroke-width:1.5}");
        line(svg, "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}.grid{stroke:#3d444d}");
        line(svg, ".peer{fill:#6e7681}.ours{fill:#4493f8}.spread{stroke:#e6edf3}}");
        line(svg, "</style>");
        line(svg, "<text class=\"title\" x=\"0\" y=\"18\">%s</text>", escape(title));
        int bottom = TOP + bars.size() * ROW;
        for (double power = from; power <= to; power++) {
            double x = x(Math.pow(10, power), from, to);
            line(svg, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", x, TOP - 8, x, bottom);
            line(
                    svg,
                    "<text class=\"small\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>",
                    x,
                    bottom + 14,
                    tick(Math.pow(10, power)));
        }
        for (int i = 0; i < bars.size(); i++) {
            draw(svg, bars.get(i), TOP + i * ROW, from, to);
        }
        line(
                svg,
                "<text class=\"small\" x=\"%d\" y=\"%d\">%s, logarithmic scale; median, and spread of the runs</text>",
                LABELS,
                height - 4,
                escape(unit));
        line(svg, "</svg>");
        return svg.toString();
    }

    private static void draw(StringBuilder svg, Bar bar, int top, double from, double to) {
        double end = x(bar.value(), from, to);
        int middle = top + (ROW - 6) / 2;
        line(
                svg,
                "<text text-anchor=\"end\" x=\"%d\" y=\"%d\">%s</text>",
                LABELS - 10,
                middle + 4,
                escape(bar.label()));
        line(
                svg,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>",
                bar.isOurs() ? "ours" : "peer",
                LABELS,
                top,
                Math.max(1, end - LABELS),
                ROW - 6);
        line(
                svg,
                "<line class=\"spread\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
                x(bar.min(), from, to),
                middle,
                x(bar.max(), from, to),
                middle);
        line(
                svg,
                "<text x=\"%.1f\" y=\"%d\">%s</text>",
                Math.max(end, x(bar.max(), from, to)) + 6,
                middle + 4,
                Figure.rounded(bar.value()));
    }

    private static double x(double value, double from, double to) {
        double share = (Math.log10(Math.max(value, Math.pow(10, from))) - from) / (to - from);
        return LABELS + share * (WIDTH - LABELS - VALUES);
    }

    private static String tick(double value) {
        if (value >= 1e6) {
            return String.format(Locale.ROOT, "%.0f M", value / 1e6);
        }
        return value >= 1e3
                ? String.format(Locale.ROOT, "%.0f k", value / 1e3)
                : String.format(Locale.ROOT, value >= 1 ? "%.0f" : "%.3f", value);
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
