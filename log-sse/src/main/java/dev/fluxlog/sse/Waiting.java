package dev.fluxlog.sse;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;

/**
 * A bound on how long the next item is waited for. The time that the subscriber itself takes with an item does not count,
 * as it would with {@link Flux#timeout(Duration)}: a slow commit is not the fault of who sends.
 */
final class Waiting {
    private static final int LOOKS = 8;
    private static final long NOT = Long.MAX_VALUE;

    private Waiting() {}

    /** The subscriber asks for one item at a time. */
    static <T> Flux<T> noLonger(Flux<T> items, Duration most, Supplier<Throwable> failure) {
        return Flux.defer(() -> {
            AtomicLong since = new AtomicLong(NOT);
            Flux<Long> late = Flux.interval(most.dividedBy(LOOKS))
                    .onBackpressureDrop()
                    .filter(look -> isLate(since.get(), most))
                    .take(1);
            return items.doOnRequest(n -> since.set(System.nanoTime()))
                    .doOnNext(item -> since.set(NOT))
                    .takeUntilOther(late.flatMap(look -> Flux.error(failure), 1));
        });
    }

    private static boolean isLate(long since, Duration most) {
        return since != NOT && System.nanoTime() - since > most.toNanos();
    }
}
