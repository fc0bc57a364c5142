package dev.fluxlog.sse;

import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Threads for what would keep an event loop busy for too long: large bodies in, pages out. */
final class Work {
    /** Bodies below it are parsed where they arrive. */
    private static final int SMALL_BYTES = 16 << 10;

    private final Scheduler scheduler = Schedulers.newParallel(
            "fluxlog-http-work", Math.max(2, Runtime.getRuntime().availableProcessors()), true);

    Scheduler scheduler() {
        return scheduler;
    }

    <T> Mono<T> on(byte[] body, Supplier<T> parse) {
        Mono<T> parsed = Mono.fromSupplier(parse);
        return body.length < SMALL_BYTES ? parsed : parsed.subscribeOn(scheduler);
    }

    /** Ends the threads, from one that may wait: ending a pool takes its lock. */
    Mono<Void> close() {
        return scheduler.disposeGracefully().subscribeOn(Schedulers.boundedElastic());
    }
}
