package dev.fluxlog.sse;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Tells everything that stays open that the gateway is about to end, once. Safe for any thread. */
final class Drain {
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean begun;

    boolean begun() {
        return begun;
    }

    int waiting() {
        return waiting.size();
    }

    /** Runs the action when the drain begins, at once when it has; it may run twice. */
    Disposable onBegin(Runnable action) {
        waiting.add(action);
        if (begun) {
            action.run();
        }
        return () -> waiting.remove(action);
    }

    /** Completes when the drain begins. */
    Mono<Void> asMono() {
        return Mono.create(sink -> sink.onDispose(onBegin(sink::success)));
    }

    void begin() {
        begun = true;
        waiting.forEach(Runnable::run);
    }
}
