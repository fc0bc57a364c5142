package dev.fluxlog.tck;

import dev.fluxlog.Durability;
import dev.fluxlog.EventLog;
import dev.fluxlog.LogOptions;
import dev.fluxlog.memory.MemoryLog;
import java.util.Map;
import reactor.core.publisher.Mono;

/** The log in memory: nothing is left of it when it is closed. */
final class MemoryFixture implements LogFixture {
    static final Map<Capability, String> MISSING =
            Map.of(Capability.REOPEN, "a log in memory is gone when it is closed");

    @Override
    public Mono<EventLog> open(LogOptions options) {
        return MemoryLog.open(options);
    }

    @Override
    public Durability durability() {
        return Durability.MEMORY;
    }

    @Override
    public Map<Capability, String> missing() {
        return MISSING;
    }
}
