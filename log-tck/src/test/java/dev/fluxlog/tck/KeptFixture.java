package dev.fluxlog.tck;

import dev.fluxlog.Durability;
import dev.fluxlog.EventLog;
import dev.fluxlog.LogOptions;
import reactor.core.publisher.Mono;

/** A log on a medium that can be opened again. */
final class KeptFixture implements LogFixture {
    private final KeptBackend.Medium medium = new KeptBackend.Medium();

    @Override
    public Mono<EventLog> open(LogOptions options) {
        return Mono.defer(() -> EventLog.open(new KeptBackend(medium), options));
    }

    @Override
    public Durability durability() {
        return Durability.MEMORY;
    }
}
