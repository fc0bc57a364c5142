package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What following a stream promises: history and live as one run, at the subscriber's demand. */
public abstract class SubscribeContract extends LogContract {
    private static final Duration SHORT = Duration.ofMillis(50);

    private List<Long> following(EventStream stream, From from, int count) {
        return sequences(all(stream.subscribe(from).take(count)));
    }

    @Test
    @Proves("SUB-1")
    final void subscribingWhileFourWritersAppendMissesRepeatsAndReordersNothing() {
        EventStream stream = stream(open(), "busy", 50, 1);
        Random random = Seeds.random("subscribingWhileFourWritersAppendMissesRepeatsAndReordersNothing");
        AtomicBoolean enough = new AtomicBoolean();
        Mono<List<AppendResult>> writers = Flux.range(0, 4)
                .flatMap(writer -> Flux.range(1, Integer.MAX_VALUE)
                        .takeUntil(i -> enough.get())
                        .concatMap(i -> stream.append(events(1 + i % 3)), 1)
                        .takeLast(1)
                        .subscribeOn(Schedulers.boundedElastic()))
                .collectList();
        Mono<Long> subscribers = Flux.range(0, 1_000)
                .concatMap(run -> stream.info().map(info -> info.highWaterMark() - random.nextInt(50)), 1)
                .concatMap(
                        after -> stream.subscribe(From.after(after))
                                .take(60)
                                .map(Event::sequence)
                                .collectList()
                                .doOnNext(seen ->
                                        assertThat(seen).as(Seeds.hint()).isEqualTo(range(after + 1, after + 60))),
                        1)
                .count()
                .doFinally(end -> enough.set(true));
        assertThat(get(Mono.zip(subscribers, writers)).getT1()).isEqualTo(1_000);
    }

    @Test
    @Proves("SUB-13")
    final void everyPlaceOfAFilledStreamHasItsFirstEvent() {
        EventStream stream = stream(open(), "filled", 10, 1);
        assertThat(following(stream, From.start(), 10)).isEqualTo(range(1, 10));
        assertThat(following(stream, From.after(0), 2)).isEqualTo(range(1, 2));
        assertThat(following(stream, From.after(7), 3)).isEqualTo(range(8, 10));
        assertThat(following(stream, From.last(4), 4)).isEqualTo(range(7, 10));
        assertThat(following(stream, From.last(99), 10)).isEqualTo(range(1, 10));
    }

    @Test
    @Proves("SUB-13")
    final void everyPlaceOfATrimmedStreamHasItsFirstEvent() {
        EventStream stream = stream(open(), "trimmed", 10, 6);
        assertThat(following(stream, From.start(), 5)).isEqualTo(range(6, 10));
        assertThat(following(stream, From.after(5), 5)).isEqualTo(range(6, 10));
        assertThat(following(stream, From.last(7), 5)).isEqualTo(range(6, 10));
    }

    @Test
    @Proves("SUB-13")
    final void aStreamWithoutEventsIsFollowedFromEveryPlace() {
        EventLog log = open();
        for (From from : List.of(From.start(), From.after(0), From.last(3), From.tail())) {
            EventStream stream = log.stream("empty " + from.getClass().getSimpleName());
            get(stream.create(StreamSettings.defaults()));
            StepVerifier.create(stream.subscribe(from).take(2))
                    .expectSubscription()
                    .expectNoEvent(SHORT)
                    .then(() -> append(stream, 2))
                    .expectNextMatches(event -> event.sequence() == 1)
                    .expectNextMatches(event -> event.sequence() == 2)
                    .expectComplete()
                    .verify(patience());
        }
    }

    @Test
    @Proves({"SUB-13", "STR-24"})
    final void aRecreatedStreamIsFollowedFromItsOldMark() {
        EventStream stream = recreated(open(), "again", 5);
        append(stream, 3);
        assertThat(following(stream, From.start(), 3)).isEqualTo(range(6, 8));
        assertThat(following(stream, From.after(5), 3)).isEqualTo(range(6, 8));
        assertThat(failure(LogException.Trimmed.class, stream.subscribe(From.after(3)))
                        .lowWaterMark())
                .isEqualTo(6);
    }

    @Test
    @Proves("SUB-5")
    final void theTailBringsNoHistory() {
        EventStream stream = stream(open(), "tail", 10, 1);
        StepVerifier.create(stream.subscribe(From.tail()))
                .expectSubscription()
                .expectNoEvent(SHORT)
                .then(() -> append(stream, 1))
                .expectNextMatches(event -> event.sequence() == 11)
                .thenCancel()
                .verify(patience());
    }

    @Test
    final void historyIsFollowedByWhatIsAppendedLater() {
        EventStream stream = stream(open(), "both", 3, 1);
        StepVerifier.create(stream.subscribe(From.start()).map(Event::sequence))
                .expectNext(1L, 2L, 3L)
                .then(() -> append(stream, 2))
                .expectNext(4L, 5L)
                .then(() -> append(stream, 1))
                .expectNext(6L)
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves("SUB-6")
    final void everySubscriberGetsEachEventOnceAndEqualToWhatIsRead() {
        EventStream stream = stream(open(), "shared", 5, 1);
        Mono<List<List<Event>>> subscribers = Flux.range(0, 20)
                .flatMap(i -> stream.subscribe(From.start()).take(105).collectList(), 20)
                .collectList();
        Mono<List<AppendResult>> writer = Flux.fromIterable(Samples.awkward())
                .concatMap(stream::append)
                .take(100)
                .collectList();
        List<List<Event>> seen = get(Mono.zip(subscribers, writer)).getT1();
        List<Event> stored = readAll(stream).subList(0, 105);
        assertThat(seen).hasSize(20).allSatisfy(one -> assertThat(one).isEqualTo(stored));
    }

    @Test
    @Proves("SUB-12")
    final void neverMoreEventsThanRequested() {
        EventStream stream = stream(open(), "demand", 300, 1);
        StepVerifier.create(stream.subscribe(From.start()), 0)
                .expectSubscription()
                .expectNoEvent(SHORT)
                .thenRequest(1)
                .expectNextCount(1)
                .expectNoEvent(SHORT)
                .thenRequest(299)
                .expectNextCount(299)
                .then(() -> append(stream, 10))
                .expectNoEvent(SHORT)
                .thenRequest(4)
                .expectNextCount(4)
                .expectNoEvent(SHORT)
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves("SUB-3")
    final void aSubscriberAtOneHundredthOfTheWriteRateGetsEverything() {
        EventStream stream = stream(open(LogOptions.defaults().withPrefetchEventsMax(16)), "slow", 1, 1);
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        BaseSubscriber<Event> slow = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // Demand comes from the test.
            }

            @Override
            protected void hookOnNext(Event event) {
                seen.add(event.sequence());
            }

            @Override
            protected void hookOnError(Throwable failure) {
                seen.add(-1L);
            }
        };
        stream.subscribe(From.start()).subscribe(slow);
        for (int i = 0; i < 50; i++) {
            append(stream, 100);
            slow.request(1);
        }
        await().atMost(patience()).until(() -> seen.size() == 50);
        slow.request(Long.MAX_VALUE);
        await().atMost(patience()).until(() -> seen.size() == 5_001);
        append(stream, 1);
        await().atMost(patience()).until(() -> seen.size() == 5_002);
        assertThat(List.copyOf(seen)).isEqualTo(range(1, 5_002));
        slow.cancel();
    }

    @Test
    final void aSlowSubscriberDoesNotHoldUpAnother() {
        EventStream stream = stream(open(), "two", 2_000, 1);
        Disposable stuck = stream.subscribe(From.start()).subscribeWith(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnError(Throwable failure) {
                // Closed with its log when the test ends early.
            }
        });
        assertThat(following(stream, From.start(), 2_000)).isEqualTo(range(1, 2_000));
        append(stream, 1);
        assertThat(following(stream, From.after(2_000), 1)).containsExactly(2_001L);
        stuck.dispose();
    }

    @Test
    @Proves({"SUB-4", "STR-5"})
    final void aPlaceBelowTheLowWaterMarkIsTrimmed() {
        EventStream stream = stream(open(), "trimmed", 10, 6);
        LogException.Trimmed trimmed = failure(LogException.Trimmed.class, stream.subscribe(From.after(2)));
        assertThat(trimmed.stream()).isEqualTo("trimmed");
        assertThat(trimmed.requested()).isEqualTo(3);
        assertThat(trimmed.lowWaterMark()).isEqualTo(6);
        assertThat(trimmed.highWaterMark()).isEqualTo(10);
        assertThat(trimmed.isRetryable()).isFalse();
    }

    @Test
    @Proves("SUB-4")
    final void aPlaceAboveTheHighWaterMarkIsAhead() {
        EventStream stream = stream(open(), "short", 10, 6);
        LogException.Ahead ahead = failure(LogException.Ahead.class, stream.subscribe(From.after(11)));
        assertThat(ahead.requested()).isEqualTo(11);
        assertThat(ahead.lowWaterMark()).isEqualTo(6);
        assertThat(ahead.highWaterMark()).isEqualTo(10);
    }

    @Test
    @Proves("SUB-14")
    final void aSubscriberOvertakenByATrimEndsTyped() {
        EventStream stream = stream(open(LogOptions.defaults().withPrefetchEventsMax(8)), "overtaken", 100, 1);
        List<Long> seen = new ArrayList<>();
        StepVerifier.create(stream.subscribe(From.start()).map(Event::sequence).doOnNext(seen::add), 3)
                .expectNext(1L, 2L, 3L)
                .then(() -> get(stream.trim(60)))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(sequence -> sequence <= 60)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(LogException.Trimmed.class, trimmed -> {
                            assertThat(trimmed.requested()).isEqualTo(seen.size() + 1L);
                            assertThat(trimmed.lowWaterMark()).isEqualTo(61);
                        }))
                .verify(patience());
        assertThat(seen).isEqualTo(range(1, seen.size()));
    }

    @Test
    final void aTrimBehindTheSubscriberDoesNotDisturbIt() {
        EventStream stream = stream(open(), "trimmed", 10, 1);
        StepVerifier.create(stream.subscribe(From.start()).map(Event::sequence))
                .expectNextCount(10)
                .then(() -> get(stream.trim(10)))
                .then(() -> append(stream, 1))
                .expectNext(11L)
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves("STR-23")
    final void aSealedStreamCompletesBehindItsLastEvent() {
        EventStream stream = stream(open(), "sealed", 5, 1);
        get(stream.seal());
        assertThat(sequences(all(stream.subscribe(From.start())))).isEqualTo(range(1, 5));
        assertThat(all(stream.subscribe(From.tail()))).isEmpty();
    }

    @Test
    @Proves("STR-23")
    final void sealingCompletesWhoFollows() {
        EventStream stream = stream(open(), "live", 2, 1);
        StepVerifier.create(stream.subscribe(From.start()).map(Event::sequence))
                .expectNext(1L, 2L)
                .then(() ->
                        get(stream.append(events(2), AppendOptions.defaults().thenSeal())))
                .expectNext(3L, 4L)
                .expectComplete()
                .verify(patience());
    }

    @Test
    @Proves("STR-23")
    final void aSlowSubscriberOfASealedStreamGetsEverythingFirst() {
        EventStream stream = stream(open(LogOptions.defaults().withPrefetchEventsMax(2)), "sealed", 50, 1);
        StepVerifier.create(stream.subscribe(From.start()), 1)
                .expectNextCount(1)
                .then(() -> get(stream.seal()))
                .expectNoEvent(SHORT)
                .thenRequest(49)
                .expectNextCount(49)
                .expectComplete()
                .verify(patience());
    }

    @Test
    final void deletingEndsWhoFollows() {
        EventStream stream = stream(open(), "deleted", 2, 1);
        StepVerifier.create(stream.subscribe(From.start()))
                .expectNextCount(2)
                .then(() -> done(stream.delete()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                LogException.UnknownStream.class,
                                unknown -> assertThat(unknown.stream()).isEqualTo("deleted")))
                .verify(patience());
    }

    @Test
    final void aStreamThatIsNotThereIsUnknown() {
        EventLog log = open();
        for (From from : List.of(From.start(), From.after(0), From.tail(), From.last(1))) {
            assertThat(failure(
                            LogException.UnknownStream.class,
                            log.stream("never").subscribe(from))
                            .stream())
                    .isEqualTo("never");
        }
    }

    @Test
    final void eachSubscriptionStartsAnew() {
        EventStream stream = stream(open(), "cold", 3, 1);
        Flux<Event> subscribe = stream.subscribe(From.start());
        append(stream, 1);
        assertThat(sequences(all(subscribe.take(4)))).isEqualTo(range(1, 4));
        assertThat(sequences(all(subscribe.take(2)))).isEqualTo(range(1, 2));
    }

    @Test
    @Proves("OWN-9")
    final void aSubscriptionCancelledBeforeItStartsEmitsNothing() {
        EventStream stream = stream(open(), "cancelled", 3, 1);
        StepVerifier.create(stream.subscribe(From.start()), 0).thenCancel().verify(patience());
        StepVerifier.create(stream.subscribe(From.start()).takeUntilOther(Mono.empty()))
                .expectComplete()
                .verify(patience());
        assertThat(readAll(stream)).hasSize(3);
    }

    @Test
    final void thousandsOfSubscriptionsComeAndGo() {
        EventStream stream = stream(open(), "flapping", 3, 1);
        List<Long> firsts = all(Flux.range(0, 3_000)
                .flatMap(i -> stream.subscribe(From.after(i % 3)).take(1).map(Event::sequence), 64));
        assertThat(firsts).hasSize(3_000).containsOnly(1L, 2L, 3L);
        append(stream, 1);
        assertThat(following(stream, From.after(3), 1)).containsExactly(4L);
    }

    @Test
    final void manySubscribersOfManyStreamsFollowTheirOwn() {
        EventLog log = open();
        for (int i = 0; i < 50; i++) {
            get(log.stream("s" + i).create(StreamSettings.defaults()));
        }
        Mono<List<List<Long>>> subscribers = Flux.range(0, 200)
                .flatMapSequential(
                        i -> log.stream("s" + i % 50)
                                .subscribe(From.start())
                                .take(20)
                                .map(Event::sequence)
                                .collectList(),
                        200)
                .collectList();
        Mono<Long> writers = Flux.range(0, 1_000)
                .flatMap(i -> log.stream("s" + i % 50).append(event(i)), 50)
                .count();
        assertThat(get(Mono.zip(subscribers, writers)).getT1())
                .hasSize(200)
                .allSatisfy(seen -> assertThat(seen).isEqualTo(range(1, 20)));
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("SUB-2")
    final void whoHasSeenSomeResumesBehindThemAfterReopening() {
        EventLog log = open();
        append(log.stream("resumed"), 10);
        List<Event> before = all(log.stream("resumed").subscribe(From.start()).take(4));
        long seen = before.get(3).sequence();
        EventStream stream = reopen(log).stream("resumed");
        append(stream, 2);
        assertThat(following(stream, From.after(seen), 8)).isEqualTo(range(5, 12));
    }

    @Test
    final void readAndSubscribeGiveEqualEvents() {
        EventStream stream = open().stream("equal");
        get(stream.append(Samples.awkward()));
        List<Event> read = all(stream.read(ReadOptions.forward(From.start())));
        assertThat(read).hasSize(Samples.awkward().size());
        assertThat(all(stream.subscribe(From.start()).take(read.size()))).isEqualTo(read);
    }
}
