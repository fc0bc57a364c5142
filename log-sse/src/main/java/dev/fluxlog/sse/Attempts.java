package dev.fluxlog.sse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/**
 * Appends with an idempotency key that are under way. A repeat that comes meanwhile is told so at once: it waits for
 * nothing, and its client knows that the first attempt has arrived.
 *
 * <p>An attempt runs from the moment its body is whole until its result is known, or until its client has left; what the
 * log makes of it then is what a later repeat is answered. This is a courtesy and not what keeps an append single: the log
 * itself compares keys when it commits. Each attempt is an append that waits in the log, so the bound of those is the
 * bound here.
 *
 * <p>Safe for any thread, and never waits.
 */
final class Attempts {
    private final Set<Attempt> running = ConcurrentHashMap.newKeySet();

    private record Attempt(String stream, String key) {}

    /** The append as the only one of its key in these streams. <em>Fails with</em> a refusal when another is running. */
    <T> Mono<T> once(String key, List<String> streams, Mono<T> append) {
        return key.isEmpty() ? append : Mono.using(() -> begin(key, streams), attempts -> append, this::end);
    }

    private List<Attempt> begin(String key, List<String> streams) {
        List<Attempt> begun = new ArrayList<>();
        for (String stream : streams) {
            Attempt attempt = new Attempt(stream, key);
            if (!running.add(attempt)) {
                end(begun);
                throw Problems.idempotencyInProgress(stream, key);
            }
            begun.add(attempt);
        }
        return begun;
    }

    private void end(List<Attempt> attempts) {
        attempts.forEach(running::remove);
    }

    int running() {
        return running.size();
    }
}
