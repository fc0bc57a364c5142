package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The text format of Prometheus, version 0.0.4. Labels are words of ours, or come escaped. */
final class MetricsText {
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final ByteBuf out;

    MetricsText(ByteBuf out) {
        this.out = out;
    }

    void counter(String name, String help) {
        head(name, help, "counter");
    }

    void gauge(String name, String help) {
        head(name, help, "gauge");
    }

    void histogram(String name, String help) {
        head(name, help, "histogram");
    }

    private void head(String name, String help, String type) {
        line("# HELP " + name + " " + help);
        line("# TYPE " + name + " " + type);
    }

    void value(String name, String labels, long value) {
        line(name + in(labels) + " " + value);
    }

    void value(String name, String labels, double value) {
        line(name + in(labels) + " " + value);
    }

    private static String in(String labels) {
        return labels.isEmpty() ? "" : "{" + labels + "}";
    }

    private void line(String text) {
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeByte('\n');
    }
}
