package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.From;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How a {@link LiveSession} behaves.
 *
 * @param numbering of the places that the client is told
 * @param wanted the events that are sent
 * @param from where it begins
 * @param start the place that the client resumes after by itself; -1 for one it cannot name again
 * @param items what follows a place; they never fail: what ends them is an item
 * @param sharing what it has in common with other sessions, what is wanted included; null when it always reads alone
 * @param expiry why it has to end before its time
 */
record LiveOptions(
        LiveFrames frames,
        Numbering numbering,
        Predicate<Event> wanted,
        From from,
        long start,
        Function<From, Flux<LiveItem>> items,
        @Nullable Sharing sharing,
        Mono<Problem> expiry,
        Duration heartbeat,
        Duration retry,
        Drain drain) {

    /** Milliseconds until a client that is sent away may return: those that leave together do not come back together. */
    long jittered() {
        long pause = retry.toMillis();
        return pause + ThreadLocalRandom.current().nextLong(pause + 1);
    }
}
