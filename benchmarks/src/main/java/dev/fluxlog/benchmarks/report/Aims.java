package dev.fluxlog.benchmarks.report;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What the project set out to reach, judged by the recorded medians. */
final class Aims {
    /** Redis, PostgreSQL, Kafka and SQLite: those that force before they acknowledge in the forced scenarios. */
    private static final Set<String> FORCING_PEERS = Set.of("postgresql", "redis", "kafka", "sqlite");

    private record Aim(
            String what, String aim, double wanted, boolean atLeast, String unit, Supplier<Optional<Double>> is) {}

    private final Figures figures;

    Aims(Figures figures) {
        this.figures = figures;
    }

    private List<Aim> all() {
        return List.of(
                new Aim(
                        "embedded append, `PROCESS`, 1 caller, batches of 100 x 100 B",
                        "≥ 1/3 of raw Chronicle Queue",
                        1.0 / 3,
                        true,
                        "× raw Chronicle Queue",
                        () -> ratio("append-process-batch", "fluxlog", "append-process-batch", "chronicle-queue")),
                new Aim(
                        "embedded append, `PROCESS`, single events, 64 callers, 100 streams",
                        "≥ 500,000/s",
                        500_000,
                        true,
                        "/s",
                        () -> figures.median("append-process-64x100", "fluxlog", "events/s")),
                new Aim(
                        "embedded append, `DISK`, 64 callers, 100 streams",
                        "≥ 5 × the best peer that forces first",
                        5,
                        true,
                        "× the best peer",
                        this::besideBestForcingPeer),
                new Aim(
                        "the same",
                        "≥ 80 % of what one force per group allows",
                        0.8,
                        true,
                        "× a plain file forced per group",
                        () -> ratio("append-disk-64x100", "fluxlog", "append-disk-64x100", "file-group")),
                new Aim(
                        "the same with 10,000 streams",
                        "≥ 70 % of the rate with 100",
                        0.7,
                        true,
                        "× the rate with 100",
                        () -> ratio("append-disk-64x10000", "fluxlog", "append-disk-64x100", "fluxlog")),
                new Aim(
                        "HTTP append, `DISK`, 64 connections, client on the same cores",
                        "≥ 30,000/s",
                        30_000,
                        true,
                        "/s",
                        () -> figures.median("http-disk-64", "fluxlog", "events/s")),
                new Aim(
                        "the same",
                        "p99 < 10 ms",
                        10_000,
                        false,
                        "time",
                        () -> figures.median("http-disk-64", "fluxlog", "p99")),
                new Aim(
                        "the same",
                        "≥ 36 × the file-backed Durable Streams server",
                        36,
                        true,
                        "× Durable Streams, files",
                        () -> ratio("http-disk-64", "fluxlog", "http-disk-64", "durable-streams")),
                new Aim(
                        "append in the protocol of Durable Streams, `DISK`, 32 connections",
                        "≥ 20 × the file-backed reference server",
                        20,
                        true,
                        "× Durable Streams, files",
                        () -> ratio("durable-streams-32", "fluxlog", "durable-streams-32", "durable-streams")),
                new Aim(
                        "append to delivery, embedded, idle, `PROCESS`",
                        "p50 < 20 µs",
                        20,
                        false,
                        "time",
                        () -> figures.median("deliver-process", "fluxlog", "p50")),
                new Aim(
                        "the same with `lookoutMax` of 10 ms, which keeps a processor busy",
                        "p50 < 20 µs",
                        20,
                        false,
                        "time",
                        () -> figures.median("deliver-process-lookout", "fluxlog", "p50")),
                new Aim(
                        "append to SSE frame at the client, idle, `DISK`",
                        "p50 < 1 ms",
                        1_000,
                        false,
                        "time",
                        () -> figures.median("sse-latency", "fluxlog", "p50")),
                new Aim(
                        "the same",
                        "below the Durable Streams server in memory",
                        1,
                        false,
                        "× Durable Streams, memory",
                        () -> times("sse-latency", "fluxlog", "durable-streams-memory", "p50")),
                new Aim(
                        "catch-up of 1 KiB events, embedded",
                        "≥ 1/2 of a raw tailer that checks a CRC",
                        0.5,
                        true,
                        "× raw tailer",
                        () -> ratio("catch-up", "fluxlog", "catch-up", "chronicle-queue")),
                new Aim(
                        "catch-up of 1 KiB events, SSE",
                        "≥ 300 MiB/s",
                        300,
                        true,
                        "MiB/s",
                        () -> figures.median("sse-catch-up", "fluxlog", "MiB/s")),
                new Aim(
                        "catch-up over HTTP, 8 connections at once",
                        "≥ 1 GiB/s",
                        1_024,
                        true,
                        "MiB/s",
                        () -> figures.median("http-catch-up", "fluxlog", "MiB/s")),
                new Aim(
                        "1,000 SSE subscribers, 10 events/s",
                        "p99 < 50 ms",
                        50_000,
                        false,
                        "time",
                        () -> figures.median("fan-out-1000", "fluxlog", "p99")),
                besideNchan("fan-out-1000"),
                new Aim(
                        "10,000 SSE subscribers, 2 events/s",
                        "p99 < 150 ms",
                        150_000,
                        false,
                        "time",
                        () -> figures.median("fan-out-10000", "fluxlog", "p99")),
                besideNchan("fan-out-10000"),
                new Aim(
                        "2,000 streams with 5 SSE subscribers each",
                        "p99 below nginx + nchan",
                        1,
                        false,
                        "× nginx + nchan",
                        () -> times("fan-out-streams", "fluxlog", "nchan", "p99")),
                new Aim(
                        "SSE deliveries that can be kept up",
                        "≥ 80,000/s",
                        80_000,
                        true,
                        "/s",
                        () -> figures.median("fan-out-most", "fluxlog", "deliveries/s")),
                new Aim(
                        "the same",
                        "above nginx + nchan",
                        1,
                        true,
                        "× nginx + nchan",
                        () -> ratio("fan-out-most", "fluxlog", "fan-out-most", "nchan")),
                new Aim(
                        "SSE subscribers held by one process",
                        "18,000",
                        18_000,
                        true,
                        "subscribers",
                        () -> figures.median("fan-out-18000", "fluxlog", "followers")),
                new Aim(
                        "the same: resident memory for each",
                        "≤ 8 kB",
                        8,
                        false,
                        "kB",
                        () -> figures.median("fan-out-18000", "fluxlog", "kB/follower")),
                new Aim(
                        "`fluxlog serve`: start to ready",
                        "≤ 1 s",
                        1_000_000,
                        false,
                        "time",
                        () -> figures.median("start", "fluxlog", "ready")),
                new Aim(
                        "`fluxlog serve`: idle resident memory",
                        "≤ 130 MB",
                        130,
                        false,
                        "MB",
                        () -> figures.median("start", "fluxlog", "resident MB")));
    }

    private Aim besideNchan(String scenario) {
        return new Aim(
                "the same",
                "p99 below nginx + nchan",
                1,
                false,
                "× nginx + nchan",
                () -> times(scenario, "fluxlog", "nchan", "p99"));
    }

    private Optional<Double> ratio(String scenario, String subject, String otherScenario, String otherSubject) {
        for (String metric : List.of("events/s", "MiB/s", "deliveries/s")) {
            Optional<Double> ours = figures.median(scenario, subject, metric);
            Optional<Double> theirs = figures.median(otherScenario, otherSubject, metric);
            if (ours.isPresent() && theirs.isPresent()) {
                return Optional.of(ours.get() / theirs.get());
            }
        }
        return Optional.empty();
    }

    private Optional<Double> times(String scenario, String subject, String other, String metric) {
        return figures.median(scenario, subject, metric)
                .flatMap(ours -> figures.median(scenario, other, metric).map(theirs -> ours / theirs));
    }

    /** Nothing as long as one of them is missing: it could be the best. */
    private Optional<Double> besideBestForcingPeer() {
        List<Double> theirRates = FORCING_PEERS.stream()
                .flatMap(peer -> figures.median("append-disk-64x100", peer, "events/s").stream())
                .toList();
        Optional<Double> best = theirRates.size() < FORCING_PEERS.size()
                ? Optional.empty()
                : theirRates.stream().max(Double::compare);
        return figures.median("append-disk-64x100", "fluxlog", "events/s")
                .flatMap(ours -> best.map(theirs -> ours / theirs));
    }

    String table() {
        StringBuilder out = new StringBuilder("| what | aim | measured | |\n|---|---|---|---|\n");
        for (Aim aim : all()) {
            Optional<Double> is = aim.is.get();
            out.append("| ").append(aim.what).append(" | ").append(aim.aim).append(" | ");
            out.append(is.map(value -> shown(aim, value) + " | " + verdict(aim, value))
                    .orElse("not measured | "));
            out.append(" |\n");
        }
        return out.toString();
    }

    private static String shown(Aim aim, double value) {
        return switch (aim.unit) {
            case "time" -> Figure.time(value);
            case "/s" -> Figure.rounded(value) + "/s";
            default -> Figure.rounded(value) + " " + aim.unit;
        };
    }

    private static String verdict(Aim aim, double value) {
        double factor = aim.atLeast ? value / aim.wanted : aim.wanted / value;
        return factor >= 1
                ? "met, by a factor of " + Figure.rounded(factor)
                : "**missed**, by a factor of " + Figure.rounded(1 / factor);
    }
}
