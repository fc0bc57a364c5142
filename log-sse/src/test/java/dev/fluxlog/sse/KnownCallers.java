package dev.fluxlog.sse;

import dev.fluxlog.access.Authority;
import dev.fluxlog.access.Caller;
import dev.fluxlog.access.Grant;
import dev.fluxlog.access.Unauthenticated;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Callers that a test makes and unmakes; their names are their tokens. */
final class KnownCallers implements Authority {
    private final Map<String, Caller> callers = new ConcurrentHashMap<>();
    private final Sinks.Many<Long> changes = Sinks.many().multicast().directBestEffort();

    void know(String name, String... grants) {
        know(name, Instant.MAX, grants);
    }

    void know(String name, Instant until, String... grants) {
        Set<Grant> all = new HashSet<>();
        for (String grant : grants) {
            all.addAll(Grant.of(grant));
        }
        callers.put(name, new Caller(name, all, until));
        changes.tryEmitNext(1L);
    }

    void forget(String name) {
        callers.remove(name);
        changes.tryEmitNext(1L);
    }

    @Override
    public Mono<Caller> authenticate(String token) {
        return Mono.fromSupplier(() -> {
            Caller caller = callers.get(token);
            if (caller == null) {
                throw new Unauthenticated("nobody knows it");
            }
            return caller;
        });
    }

    @Override
    public Flux<Long> changes() {
        return changes.asFlux();
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }
}
