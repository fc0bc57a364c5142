package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogStatus;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.Transaction;
import dev.fluxlog.spec.Proves;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What closing promises: nothing accepted is lost, nobody is left hanging, and it can be asked for again. */
public abstract class CloseContract extends LogContract {

    @Test
    @Proves("STR-15")
    final void everyCallOnAClosedLogIsRefused() {
        EventLog log = open();
        EventStream stream = stream(log, "a", 3, 1);
        done(log.close());
        List<Publisher<?>> calls = List.of(
                stream.append(event("late")),
                stream.read(ReadOptions.forward(From.start())),
                stream.page(ReadOptions.forward(From.start()).withLimit(1)),
                stream.subscribe(From.start()),
                stream.signals(From.start()),
                stream.info(),
                stream.create(StreamSettings.defaults()),
                stream.configure(StreamSettings.defaults()),
                stream.trim(1),
                stream.seal(ExpectedSequence.any()),
                stream.delete(),
                log.stream("b").append(event("late")),
                log.streams(StreamsQuery.all()),
                log.commit(Transaction.start().append("a", events(1))));
        for (Publisher<?> call : calls) {
            LogException.Closed closed = failure(LogException.Closed.class, call);
            assertThat(closed.code()).isEqualTo("closed");
        }
        assertThat(log.status().state()).isEqualTo(LogStatus.State.CLOSED);
    }

    @Test
    @Proves("STR-15")
    final void closingIsLazy() {
        EventLog log = open();
        Mono<Void> close = log.close();
        assertThat(append(log.stream("a"), 1).last()).isEqualTo(1);
        assertThat(log.status().state()).isEqualTo(LogStatus.State.SERVING);
        done(close);
        failure(LogException.Closed.class, log.stream("a").append(event("late")));
    }

    @Test
    @Proves("STR-15")
    final void closingAgainGivesTheSameOutcome() {
        EventLog log = open();
        append(log.stream("a"), 1);
        Mono<Void> close = log.close();
        StepVerifier.create(close).expectComplete().verify(patience());
        StepVerifier.create(close).expectComplete().verify(patience());
        StepVerifier.create(log.close()).expectComplete().verify(patience());
        failure(LogException.Closed.class, log.stream("a").info());
    }

    @Test
    @Proves("STR-15")
    final void closingFromManyThreadsIsOneClosing() {
        EventLog log = open();
        append(log.stream("a"), 1);
        StepVerifier.create(Flux.range(0, 50)
                        .flatMap(i -> log.close().subscribeOn(Schedulers.parallel()), 50)
                        .then())
                .expectComplete()
                .verify(patience());
        failure(LogException.Closed.class, log.stream("a").info());
    }

    @Test
    @Proves("STR-15")
    final void appendsUnderWayFinishAndLaterOnesAreRefused() {
        EventLog log = open();
        EventStream stream = stream(log, "a", 1, 1);
        Mono<List<Object>> appends = Flux.range(0, 2_000)
                .flatMap(
                        i -> stream.append(event(i))
                                .cast(Object.class)
                                .onErrorResume(LogException.class, Mono::just)
                                .subscribeOn(Schedulers.parallel()),
                        64)
                .collectList();
        Mono<Long> close = stream.subscribe(From.after(1))
                .take(100)
                .onErrorComplete(LogException.Closed.class)
                .then(log.close())
                .thenReturn(0L);
        List<Object> outcomes = get(Mono.zip(appends, close)).getT1();
        assertThat(outcomes)
                .hasSize(2_000)
                .allSatisfy(
                        outcome -> assertThat(outcome).isInstanceOfAny(AppendResult.class, LogException.Closed.class));
        assertThat(outcomes).filteredOn(AppendResult.class::isInstance).hasSizeGreaterThanOrEqualTo(100);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-15")
    final void exactlyWhatWasAcknowledgedWhileClosingIsThereAfterReopening() {
        EventLog log = open();
        EventStream stream = stream(log, "a", 1, 1);
        Mono<List<Long>> appends = Flux.range(0, 2_000)
                .flatMap(
                        i -> stream.append(event(i))
                                .map(AppendResult::last)
                                .onErrorResume(LogException.Closed.class, closed -> Mono.empty())
                                .subscribeOn(Schedulers.parallel()),
                        64)
                .collectList();
        Mono<Long> close = stream.subscribe(From.after(1))
                .take(100)
                .onErrorComplete(LogException.Closed.class)
                .then(log.close())
                .thenReturn(0L);
        List<Long> acknowledged = new ArrayList<>(get(Mono.zip(appends, close)).getT1());
        acknowledged.add(1L);
        assertThat(sequences(readAll(open().stream("a")))).containsExactlyInAnyOrderElementsOf(acknowledged);
    }

    @Test
    @Proves("STR-15")
    final void whoFollowsEndsWithClosed() {
        EventLog log = open();
        EventStream stream = stream(log, "a", 2, 1);
        StepVerifier.create(stream.subscribe(From.start()))
                .expectNextCount(2)
                .then(() -> done(log.close()))
                .expectError(LogException.Closed.class)
                .verify(patience());
    }

    @Test
    @Proves("STR-15")
    final void whoWaitsWithoutDemandEndsWithClosed() {
        EventLog log = open();
        EventStream stream = stream(log, "a", 2, 1);
        StepVerifier.create(stream.signals(From.start()), 1)
                .expectNextCount(1)
                .then(() -> done(log.close()))
                .expectError(LogException.Closed.class)
                .verify(patience());
    }

    @Test
    @Proves({"STR-15", "SUB-11"})
    final void aStalledReadDoesNotKeepTheLogFromClosing() {
        EventLog log = open();
        EventStream stream = stream(log, "a", 1_000, 1);
        StepVerifier.create(stream.read(ReadOptions.forward(From.start())), 1)
                .expectNextCount(1)
                .then(() -> done(log.close()))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(event -> true)
                .expectError(LogException.Closed.class)
                .verify(patience());
    }

    @Test
    @Proves({"STR-15", "SUB-11"})
    final void closingWaitsForASubscriberInTheMiddleOfAnEvent() throws Exception {
        EventLog log = open();
        EventStream stream = stream(log, "a", 1_000, 1);
        CountDownLatch first = new CountDownLatch(1);
        List<Event> seen = new ArrayList<>();
        Disposable subscriber = stream.subscribe(From.start())
                .doOnNext(seen::add)
                .doOnNext(event -> first.countDown())
                .onErrorComplete(LogException.Closed.class)
                .subscribe();
        assertThat(first.await(patience().toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        subscriber.dispose();
        done(log.close());
        assertThat(sequences(seen)).isEqualTo(range(1, seen.size()));
        assertThat(log.status().state()).isEqualTo(LogStatus.State.CLOSED);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-15")
    final void theMediumCanBeOpenedAsSoonAsClosingHasCompleted() {
        EventLog log = open();
        for (long round = 1; round <= 10; round++) {
            assertThat(append(log.stream("a"), 1).last()).isEqualTo(round);
            log = reopen(log);
        }
        assertThat(sequences(readAll(log.stream("a")))).isEqualTo(range(1, 10));
    }
}
