package dev.fluxlog.cli;

import dev.fluxlog.From;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.util.retry.Retry;

/**
 * Follows a stream through lost connections and restarts: no gap that is not told, no repeat.
 *
 * <p>It holds one number, the last sequence handed on. Every attempt resumes strictly behind it, what comes again all
 * the same is dropped, and a hole that nobody told counts as a broken connection. Attempts go on for ever with pauses
 * that double up to {@link #PAUSE_MAX}, each shortened at random so that many followers do not return at once; any
 * signal resets them. Only a {@link Refusal} that no retry can change ends it.
 *
 * <p>State is touched by one signal at a time, as Reactive Streams demands of a publisher.
 */
final class Following {
    static final Duration PAUSE_MIN = Duration.ofMillis(100);
    static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    private final Function<From, Flux<FollowSignal>> attempt;
    private final Consumer<String> notices;
    private From place;
    private OptionalLong last = OptionalLong.empty();
    private int failures;

    /**
     * @param attempt one connection to the stream from a place
     * @param notices is told about outages, one line at the beginning of each and one at its end
     */
    Following(Function<From, Flux<FollowSignal>> attempt, From start, Consumer<String> notices) {
        this.attempt = attempt;
        this.notices = notices;
        this.place = start;
        if (start instanceof From.After after) {
            last = OptionalLong.of(after.sequence());
        }
    }

    /** <em>Completes</em> behind the last event of a sealed stream. Subscribe once. */
    Flux<FollowSignal> signals() {
        return Flux.defer(() -> attempt.apply(place))
                .concatWith(Mono.error(() -> new Lost("The connection ended", null)))
                .handle(this::track)
                .retryWhen(Retry.from(lost -> lost.concatMap(signal -> pause(signal.failure()))))
                .takeUntil(FollowSignal.Sealed.class::isInstance);
    }

    private void track(FollowSignal signal, SynchronousSink<FollowSignal> sink) {
        if (failures > 0) {
            failures = 0;
            notices.accept("connected again");
        }
        if (signal instanceof EventLine line) {
            trackEvent(line, sink);
            return;
        }
        if (signal instanceof FollowSignal.CaughtUp caughtUp && last.isEmpty()) {
            moveTo(caughtUp.sequence());
        } else if (signal instanceof FollowSignal.Gap gap) {
            moveTo(gap.through());
        } else if (signal instanceof FollowSignal.Ahead ahead) {
            moveTo(ahead.highWaterMark());
        }
        sink.next(signal);
    }

    private void trackEvent(EventLine line, SynchronousSink<FollowSignal> sink) {
        if (last.isPresent() && line.sequence() <= last.getAsLong()) {
            return;
        }
        if (last.isPresent() && line.sequence() != last.getAsLong() + 1) {
            sink.error(new Lost("Sequence " + line.sequence() + " came after " + last.getAsLong(), null));
            return;
        }
        moveTo(line.sequence());
        sink.next(line);
    }

    private void moveTo(long sequence) {
        last = OptionalLong.of(sequence);
        place = From.after(sequence);
    }

    private Mono<Long> pause(Throwable failure) {
        boolean temporary = failure instanceof Lost || (failure instanceof Refusal refusal && refusal.isRetryable());
        if (!temporary) {
            return Mono.error(failure);
        }
        if (failures++ == 0) {
            String where = last.isPresent() ? " after sequence " + last.getAsLong() : "";
            notices.accept(failure.getMessage() + "; trying again" + where);
        }
        long bound = Math.min(PAUSE_MAX.toMillis(), PAUSE_MIN.toMillis() << Math.min(failures - 1, 16));
        return Mono.delay(
                Duration.ofMillis(bound / 2 + ThreadLocalRandom.current().nextLong(bound / 2 + 1)));
    }
}
