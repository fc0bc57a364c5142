package dev.fluxlog.benchmarks.peer;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.NewEvent;
import dev.fluxlog.backend.Backend;
import dev.fluxlog.benchmarks.AppendTarget;
import dev.fluxlog.benchmarks.Workload;
import dev.fluxlog.chronicle.ChronicleLog;
import dev.fluxlog.chronicle.ChronicleOptions;
import dev.fluxlog.memory.MemoryLog;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** The log, embedded, with its default options. */
final class FluxlogTarget implements AppendTarget {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final EventLog log;
    private final EventStream[] streams;
    private final byte[] payload;
    private final int batch;

    private FluxlogTarget(Mono<EventLog> opening, Workload workload) {
        this.log = Objects.requireNonNull(opening.block(PATIENCE));
        this.streams = new EventStream[workload.streams()];
        Arrays.setAll(streams, i -> log.stream("stream-" + i));
        this.payload = workload.payload();
        this.batch = workload.batch();
    }

    static FluxlogTarget durable(Workload workload) {
        Backend.Level level = workload.durable() ? Backend.Level.DISK : Backend.Level.PROCESS;
        ChronicleOptions options = ChronicleOptions.defaults().withDurability(level);
        return new FluxlogTarget(ChronicleLog.open(workload.directory(), options), workload);
    }

    static FluxlogTarget inMemory(Workload workload) {
        return new FluxlogTarget(MemoryLog.open(), workload);
    }

    @Override
    public boolean isBlocking() {
        return false;
    }

    @Override
    public void append(int caller, int stream, Done done) {
        streams[stream].append(events()).subscribe(result -> done.acknowledged(), done::failed);
    }

    /** New ones each time, as an application has them. */
    private List<NewEvent> events() {
        if (batch == 1) {
            return List.of(NewEvent.of(payload));
        }
        NewEvent[] events = new NewEvent[batch];
        Arrays.setAll(events, i -> NewEvent.of(payload));
        return List.of(events);
    }

    @Override
    public void close() {
        log.close().block(PATIENCE);
    }
}
