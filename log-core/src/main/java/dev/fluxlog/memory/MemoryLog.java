package dev.fluxlog.memory;

import dev.fluxlog.EventLog;
import dev.fluxlog.LogOptions;
import reactor.core.publisher.Mono;

/** Opens a log that lives and dies with its process. */
public final class MemoryLog {
    private MemoryLog() {}

    /** A fresh, empty log with the default bounds. */
    public static Mono<EventLog> open() {
        return open(LogOptions.defaults());
    }

    /** A fresh, empty log. */
    public static Mono<EventLog> open(LogOptions options) {
        return Mono.defer(() -> EventLog.open(new MemoryBackend(), options));
    }
}
