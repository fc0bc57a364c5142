package dev.fluxlog.benchmarks.report;

import java.util.Map;

/** What readers know the subjects as. */
final class Subjects {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("fluxlog", "Fluxlog"),
            Map.entry("file", "plain file, force each"),
            Map.entry("file-group", "plain file, force per group"),
            Map.entry("chronicle-queue", "raw Chronicle Queue"),
            Map.entry("postgresql", "PostgreSQL"),
            Map.entry("redis", "Redis Streams"),
            Map.entry("kafka", "Kafka"),
            Map.entry("sqlite", "SQLite"),
            Map.entry("nats", "NATS JetStream"),
            Map.entry("durable-streams", "Durable Streams, files"),
            Map.entry("durable-streams-memory", "Durable Streams, memory"),
            Map.entry("nchan", "nginx + nchan"),
            Map.entry("reactor-netty", "plain Reactor Netty"),
            Map.entry("webflux", "plain WebFlux"));

    private Subjects() {}

    static boolean isOurs(String subject) {
        return subject.startsWith("fluxlog");
    }

    /** A limit is what the device and the machine allow: nobody would use it as a log. */
    static boolean isLimit(String subject) {
        return subject.startsWith("file") || subject.equals("chronicle-queue");
    }

    static String name(String subject, boolean forced) {
        if (subject.equals("file") && !forced) {
            return "plain file, write each";
        }
        if (subject.equals("file-group") && !forced) {
            return "plain file, write per group";
        }
        if (subject.equals("chronicle-queue") && forced) {
            return "raw Chronicle Queue, force each";
        }
        return NAMES.getOrDefault(subject, subject);
    }
}
