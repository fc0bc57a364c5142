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
 * Follows a stream, or many, through lost connections and restarts: no gap that is not told, no repeat.
 *
 * <p>It holds one number, the sequence of the last event handed on, or its position where many streams are followed.
 * Every attempt resumes strictly behind it, what comes again all the same is dropped, and a hole in the sequences that
 * nobody told counts as a broken connection. Attempts go on for ever with pauses
 * that double up to {@link #PAUSE_MAX}, each shortened at random so that many followers do not return at once; any
 * signal resets them. Only a {@link Refusal} that no retry can change ends it.
 *
 * <p>State is touched by one signal at a time, as Reactive Streams demands of a publisher.
 */
final class Following {
    static final Duration PAUSE_MIN = Duration.ofMillis(100);
    static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    /** What the numbers of the events are. */
    enum Numbers {
        /** Of one stream: each follows the one before. */
        SEQUENCES("sequence"),
        /** Of selected streams: they rise. */
        POSITIONS("position");

        private final String word;

        Numbers(String word) {
            this.word = word;
        }
    }

    private final Numbers numbers;
    private final Function<From, Flux<FollowSignal>> attempt;
    private final Consumer<String> notices;
    private From place;
    private OptionalLong last = OptionalLong.empty();
    private int failures;

    /**
     * @param attempt one connection to the stream from a place
     * @param notices is told about outages, one line at the beginning of each and one at its end
     */
    Following(Numbers numbers, Function<From, Flux<FollowSignal>> attempt, From start, Consumer<String> notices) {
        this.numbers = numbers;
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
            moveTo(caughtUp.number());
        } else if (signal instanceof FollowSignal.Gap gap && numbers == Numbers.SEQUENCES) {
            moveTo(gap.through());
        } else if (signal instanceof FollowSignal.Ahead ahead) {
            moveTo(ahead.highWaterMark());
        }
        sink.next(signal);
    }

    private void trackEvent(EventLine line, SynchronousSink<FollowSignal> sink) {
        if (last.isPresent() && line.number() <= last.getAsLong()) {
            return;
        }
        boolean dense = numbers == Numbers.SEQUENCES;
        if (dense && last.isPresent() && line.number() != last.getAsLong() + 1) {
            sink.error(new Lost("Sequence " + line.number() + " came after " + last.getAsLong(), null));
            return;
        }
        moveTo(line.number());
        sink.next(line);
    }

    private void moveTo(long number) {
        last = OptionalLong.of(number);
        place = From.after(number);
    }

    private Mono<Long> pause(Throwable failure) {
        boolean temporary = failure instanceof Lost || (failure instanceof Refusal refusal && refusal.isRetryable());
        if (!temporary) {
            return Mono.error(failure);
        }
        if (failures++ == 0) {
            String where = last.isPresent() ? " after " + numbers.word + " " + last.getAsLong() : "";
            notices.accept(failure.getMessage() + "; trying again" + where);
        }
        long bound = Math.min(PAUSE_MAX.toMillis(), PAUSE_MIN.toMillis() << Math.min(failures - 1, 16));
        return Mono.delay(
                Duration.ofMillis(bound / 2 + ThreadLocalRandom.current().nextLong(bound / 2 + 1)));
    }
}
