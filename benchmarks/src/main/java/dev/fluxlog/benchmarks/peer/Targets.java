package dev.fluxlog.benchmarks.peer;

import dev.fluxlog.benchmarks.AppendTarget;
import dev.fluxlog.benchmarks.Workload;

/** Targets by name. */
public final class Targets {
    private Targets() {}

    public static AppendTarget open(String name, Workload workload) throws Exception {
        return switch (name) {
            case "fluxlog" -> FluxlogTarget.durable(workload);
            case "fluxlog-memory" -> FluxlogTarget.inMemory(workload);
            case "file" -> new FileTarget(workload);
            case "file-group" -> new FileGroupTarget(workload);
            case "chronicle-queue" -> new ChronicleQueueTarget(workload);
            case "postgresql" -> new PostgresTarget(workload);
            case "sqlite" -> new SqliteTarget(workload);
            case "redis" -> new RedisTarget(workload);
            case "nats" -> new NatsTarget(workload);
            case "kafka" -> new KafkaTarget(workload);
            default -> throw new IllegalArgumentException("no such target: " + name);
        };
    }
}
