package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.StreamSignal.CaughtUp;
import dev.fluxlog.StreamSignal.Gap;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What is said between the events: first arrival at the tail, and what is gone. */
public abstract class SignalsContract extends LogContract {
    private static final Duration SHORT = Duration.ofMillis(50);

    /** Events by their sequence, the other signals as they are. */
    private static Object brief(StreamSignal signal) {
        return signal instanceof Event event ? (Object) event.sequence() : signal;
    }

    private StepVerifier.FirstStep<Object> verify(EventStream stream, From from) {
        return StepVerifier.create(stream.signals(from).map(SignalsContract::brief));
    }

    @Test
    @Proves("SUB-5")
    final void caughtUpComesOnceBehindTheHistory() {
        EventStream stream = stream(open(), "a", 3, 1);
        verify(stream, From.start())
                .expectNext(1L, 2L, 3L, new CaughtUp("a", 3))
                .then(() -> append(stream, 2))
                .expectNext(4L, 5L)
                .expectNoEvent(SHORT)
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves("SUB-5")
    final void caughtUpComesAtOnceAtTheTail() {
        EventStream stream = stream(open(), "a", 3, 1);
        for (From from : List.of(From.tail(), From.after(3), From.last(0))) {
            verify(stream, from)
                    .expectNext(new CaughtUp("a", 3))
                    .expectNoEvent(SHORT)
                    .thenCancel()
                    .verify(patience());
        }
    }

    @Test
    @Proves("SUB-5")
    final void caughtUpOfAStreamWithoutEventsIsZero() {
        EventStream stream = open().stream("empty");
        get(stream.create(StreamSettings.defaults()));
        verify(stream, From.start())
                .expectNext(new CaughtUp("empty", 0))
                .then(() -> append(stream, 1))
                .expectNext(1L)
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves("SUB-5")
    final void caughtUpComesExactlyOnceWhileWritersAppend() {
        EventStream stream = stream(open(), "busy", 100, 1);
        Mono<Long> writer =
                Flux.range(0, 300).concatMap(i -> stream.append(events(2))).count();
        Mono<List<List<StreamSignal>>> subscribers = Flux.range(0, 20)
                .flatMap(
                        i -> stream.signals(
                                        From.after(ThreadLocalRandom.current().nextInt(100)))
                                .takeUntil(signal -> signal instanceof Event event && event.sequence() == 700)
                                .collectList()
                                .subscribeOn(Schedulers.parallel()),
                        20)
                .collectList();
        Mono<Long> end = stream.append(event("end")).thenReturn(0L);
        List<List<StreamSignal>> seen =
                get(Mono.zip(subscribers, writer.then(end))).getT1();
        assertThat(seen).hasSize(20).allSatisfy(SignalsContract::assertOneCaughtUpInItsPlace);
    }

    private static void assertOneCaughtUpInItsPlace(List<StreamSignal> signals) {
        List<CaughtUp> caughtUp = signals.stream()
                .filter(CaughtUp.class::isInstance)
                .map(CaughtUp.class::cast)
                .toList();
        // Whoever ends at an event before it first reached the tail has no such signal yet.
        assertThat(caughtUp).hasSizeLessThanOrEqualTo(1);
        for (CaughtUp signal : caughtUp) {
            int at = signals.indexOf(signal);
            if (at > 0 && signals.get(at - 1) instanceof Event before) {
                assertThat(before.sequence()).isEqualTo(signal.sequence());
            }
        }
    }

    @Test
    @Proves({"SUB-4", "SUB-14"})
    final void aPlaceBelowTheLowWaterMarkIsAGapAndGoesOn() {
        EventStream stream = stream(open(), "trimmed", 10, 6);
        verify(stream, From.after(2))
                .expectNext(new Gap("trimmed", 3, 5), 6L, 7L, 8L, 9L, 10L, new CaughtUp("trimmed", 10))
                .then(() -> append(stream, 1))
                .expectNext(11L)
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves({"SUB-13", "SUB-14"})
    final void theStartOfATrimmedStreamIsNoGap() {
        EventStream stream = stream(open(), "trimmed", 10, 9);
        for (From from : List.of(From.start(), From.after(8), From.last(5))) {
            verify(stream, from)
                    .expectNext(9L, 10L, new CaughtUp("trimmed", 10))
                    .thenCancel()
                    .verify(patience());
        }
    }

    @Test
    @Proves({"SUB-13", "SUB-14"})
    final void aStreamTrimmedToNothingIsAGapUpToItsEnd() {
        EventStream stream = stream(open(), "nothing left", 10, 11);
        verify(stream, From.after(2))
                .expectNext(new Gap("nothing left", 3, 10), new CaughtUp("nothing left", 10))
                .then(() -> append(stream, 1))
                .expectNext(11L)
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves({"SUB-4", "SUB-14", "STR-24"})
    final void aPlaceFromBeforeARecreationIsAGap() {
        EventStream stream = recreated(open(), "again", 5);
        append(stream, 2);
        verify(stream, From.after(3))
                .expectNext(new Gap("again", 4, 5), 6L, 7L, new CaughtUp("again", 7))
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves("SUB-14")
    final void aTrimThatOvertakesIsOneGapWithTheExactRange() {
        EventStream stream = stream(open(LogOptions.defaults().withPrefetchEventsMax(8)), "overtaken", 100, 1);
        StepVerifier.create(stream.signals(From.start()), 3)
                .expectNextCount(3)
                .then(() -> get(stream.trim(60)))
                .thenRequest(Long.MAX_VALUE)
                .recordWith(java.util.ArrayList::new)
                .thenConsumeWhile(signal -> !(signal instanceof CaughtUp))
                .consumeRecordedWith(signals -> assertOneGap(List.copyOf(signals)))
                .thenCancel()
                .verify(patience());
    }

    private static void assertOneGap(List<StreamSignal> signals) {
        List<Gap> gaps = signals.stream()
                .filter(Gap.class::isInstance)
                .map(Gap.class::cast)
                .toList();
        assertThat(gaps).hasSize(1);
        Gap gap = gaps.get(0);
        int at = signals.indexOf(gap);
        assertThat(gap.through()).isEqualTo(60);
        assertThat(signals.subList(0, at)).map(SignalsContract::brief).isEqualTo(List.copyOf(range(4, gap.from() - 1)));
        assertThat(signals.subList(at + 1, at + 41)).map(SignalsContract::brief).isEqualTo(List.copyOf(range(61, 100)));
    }

    @Test
    @Proves("SUB-14")
    final void neverASilentJumpWhileTrimsRace() {
        EventStream stream = stream(open(LogOptions.defaults().withPrefetchEventsMax(4)), "racing", 1, 1);
        Random random = Seeds.random("neverASilentJumpWhileTrimsRace");
        Mono<Long> writer = Flux.range(0, 400)
                .concatMap(i -> i % 5 == 4
                        ? stream.trim(1 + (long) random.nextInt(3 * i)).cast(Object.class)
                        : stream.append(events(4)).cast(Object.class))
                .count();
        Mono<List<StreamSignal>> subscriber = stream.signals(From.after(0))
                .concatMap(signal -> Mono.just(signal).hide().publishOn(Schedulers.parallel()), 1)
                .takeUntil(signal -> signal instanceof Event event && event.sequence() == 1_281)
                .collectList();
        List<StreamSignal> signals = get(Mono.zip(subscriber, writer)).getT1();
        long next = 1;
        for (StreamSignal signal : signals) {
            if (signal instanceof Event event) {
                assertThat(event.sequence()).as(Seeds.hint()).isEqualTo(next++);
            } else if (signal instanceof Gap gap) {
                assertThat(gap.from()).as(Seeds.hint()).isEqualTo(next);
                next = gap.through() + 1;
            }
        }
        assertThat(next).isEqualTo(1_282);
    }

    @Test
    @Proves("SUB-4")
    final void aPlaceAboveTheHighWaterMarkIsAhead() {
        EventStream stream = stream(open(), "short", 10, 6);
        LogException.Ahead ahead = failure(LogException.Ahead.class, stream.signals(From.after(12)));
        assertThat(ahead.requested()).isEqualTo(12);
        assertThat(ahead.lowWaterMark()).isEqualTo(6);
        assertThat(ahead.highWaterMark()).isEqualTo(10);
    }

    @Test
    @Proves("SUB-12")
    final void everySignalTakesDemand() {
        EventStream stream = stream(open(), "demand", 3, 3);
        StepVerifier.create(stream.signals(From.after(0)).map(SignalsContract::brief), 0)
                .expectSubscription()
                .expectNoEvent(SHORT)
                .thenRequest(1)
                .expectNext(new Gap("demand", 1, 2))
                .expectNoEvent(SHORT)
                .thenRequest(1)
                .expectNext(3L)
                .expectNoEvent(SHORT)
                .thenRequest(1)
                .expectNext(new CaughtUp("demand", 3))
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves("STR-23")
    final void aSealedStreamIsCaughtUpAndCompletes() {
        EventStream stream = stream(open(), "sealed", 2, 1);
        get(stream.seal());
        verify(stream, From.start())
                .expectNext(1L, 2L, new CaughtUp("sealed", 2))
                .expectComplete()
                .verify(patience());
        verify(stream, From.tail())
                .expectNext(new CaughtUp("sealed", 2))
                .expectComplete()
                .verify(patience());
    }

    @Test
    final void aStreamThatIsNotThereIsUnknown() {
        EventLog log = open();
        assertThat(failure(LogException.UnknownStream.class, log.stream("never").signals(From.start())).stream())
                .isEqualTo("never");
    }

    @Test
    final void deletingEndsWhoFollows() {
        EventStream stream = stream(open(), "deleted", 2, 1);
        verify(stream, From.start())
                .expectNext(1L, 2L, new CaughtUp("deleted", 2))
                .then(() -> done(stream.delete()))
                .expectError(LogException.UnknownStream.class)
                .verify(patience());
    }
}
