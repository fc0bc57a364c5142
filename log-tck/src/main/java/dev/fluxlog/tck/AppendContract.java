package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.LogException;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.spec.Proves;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What an append promises: its numbers, its expectation, its content. */
public abstract class AppendContract extends LogContract {

    private static AppendOptions expecting(ExpectedSequence expected) {
        return AppendOptions.defaults().withExpected(expected);
    }

    @Test
    final void sequencesBeginAtOneAndAreDense() {
        EventStream stream = open().stream("a");
        assertThat(get(stream.append(event("x")))).isEqualTo(new AppendResult("a", 1, 1, 1, false));
        assertThat(get(stream.append(events(3)))).isEqualTo(new AppendResult("a", 2, 4, 4, false));
        assertThat(get(stream.append(event("y")))).isEqualTo(new AppendResult("a", 5, 5, 5, false));
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 5));
    }

    @Test
    @Proves("STR-1")
    final void eightWritersGetEverySequenceOnce() {
        EventStream stream = open().stream("shared");
        List<Long> given = all(Flux.range(0, 8)
                .flatMap(
                        writer -> Flux.range(0, 1_000)
                                .flatMap(i -> stream.append(event(writer + ":" + i)), 32)
                                .map(AppendResult::last)
                                .subscribeOn(Schedulers.boundedElastic()),
                        8));
        assertThat(given).hasSize(8_000).containsExactlyInAnyOrderElementsOf(range(1, 8_000));
        assertThat(readAll(stream))
                .extracting(LogContract::text)
                .doesNotHaveDuplicates()
                .hasSize(8_000);
    }

    @Test
    @Proves("STR-8")
    final void eventsOfOneAppendAreAdjacent() {
        EventStream stream = open().stream("batches");
        List<AppendResult> results = all(Flux.range(0, 200)
                .flatMap(
                        i -> stream.append(List.of(event(i), event(i), event(i)))
                                .subscribeOn(Schedulers.parallel()),
                        64));
        assertThat(results)
                .hasSize(200)
                .allSatisfy(result -> assertThat(result.last() - result.first()).isEqualTo(2));
        List<Event> stored = readAll(stream);
        assertThat(stored).hasSize(600);
        for (int i = 0; i < 600; i += 3) {
            assertThat(stored.subList(i, i + 3)).extracting(LogContract::text).containsOnly(text(stored.get(i)));
        }
    }

    @Test
    @Proves("STR-8")
    final void aReaderSeesAllEventsOfAnAppendOrNone() {
        EventStream stream = open().stream("whole");
        append(stream, 5);
        Mono<List<AppendResult>> writing =
                Flux.range(0, 200).concatMap(i -> stream.append(events(5))).collectList();
        Flux<Long> looking =
                stream.info().map(info -> info.highWaterMark() % 5).repeat(300).subscribeOn(Schedulers.parallel());
        assertThat(get(Mono.zip(writing, looking.collectList())).getT2())
                .hasSize(301)
                .containsOnly(0L);
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 1_005));
    }

    @Test
    @Proves("STR-14")
    final void positionsAreDenseOverAllStreamsInOrderOfCommit() {
        EventLog log = open();
        all(Flux.range(0, 300).flatMap(i -> log.stream("s" + i % 7).append(events(1 + i % 3)), 32));
        List<Event> stored = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            List<Event> one = readAll(log.stream("s" + i));
            assertThat(one).extracting(Event::position).isSorted();
            stored.addAll(one);
        }
        assertThat(stored).hasSize(600);
        assertThat(stored).extracting(Event::position).containsExactlyInAnyOrderElementsOf(range(1, 600));
        assertThat(log.status().position()).isEqualTo(600);
    }

    @Test
    @Proves("STR-7")
    final void ofManyAppendsWithOneExpectationExactlyOneSucceeds() {
        EventStream stream = open().stream("contended");
        for (long at = 0; at < 100; at++) {
            long expected = at;
            AppendOptions options = expecting(ExpectedSequence.exactly(expected));
            List<Object> outcomes = all(Flux.range(0, 4)
                    .flatMap(i -> stream.append(List.of(event(i)), options)
                            .cast(Object.class)
                            .onErrorResume(LogException.Conflict.class, Mono::just)
                            .subscribeOn(Schedulers.parallel())));
            assertThat(outcomes)
                    .filteredOn(AppendResult.class::isInstance)
                    .containsExactly(new AppendResult("contended", at + 1, at + 1, at + 1, false));
            assertThat(outcomes)
                    .filteredOn(LogException.Conflict.class::isInstance)
                    .hasSize(3)
                    .allSatisfy(conflict -> assertConflict((LogException.Conflict) conflict, expected, expected + 1));
        }
        assertMarks(stream, 1, 100);
    }

    private static void assertConflict(LogException.Conflict conflict, long expected, long actual) {
        assertThat(conflict.stream()).isEqualTo("contended");
        assertThat(conflict.expected()).isEqualTo(ExpectedSequence.exactly(expected));
        assertThat(conflict.actual()).isEqualTo(actual);
        assertThat(conflict.isRetryable()).isFalse();
        assertThat(conflict.code()).isEqualTo("conflict");
    }

    @Test
    @Proves("STR-7")
    final void aConflictWritesNothing() {
        EventStream stream = open().stream("contended");
        append(stream, 3);
        for (long wrong : new long[] {0, 2, 4, Long.MAX_VALUE}) {
            LogException.Conflict conflict = failure(
                    LogException.Conflict.class, stream.append(events(2), expecting(ExpectedSequence.exactly(wrong))));
            assertConflict(conflict, wrong, 3);
        }
        assertMarks(stream, 1, 3);
        assertThat(append(stream, 1).first()).isEqualTo(4);
    }

    @Test
    @Proves("STR-7")
    final void aConflictDoesNotCreateTheStream() {
        EventLog log = open();
        EventStream stream = log.stream("never");
        failure(LogException.Conflict.class, stream.append(events(1), expecting(ExpectedSequence.exactly(5))));
        failure(LogException.UnknownStream.class, stream.info());
        assertThat(append(stream, 1)).isEqualTo(new AppendResult("never", 1, 1, 1, false));
    }

    @Test
    @Proves("STR-7")
    final void noStreamHoldsOnlyWhereThereIsNone() {
        EventStream stream = open().stream("fresh");
        AppendOptions options = expecting(ExpectedSequence.noStream());
        assertThat(get(stream.append(events(1), options)).last()).isEqualTo(1);
        LogException.Conflict conflict = failure(LogException.Conflict.class, stream.append(events(1), options));
        assertThat(conflict.expected()).isEqualTo(ExpectedSequence.noStream());
        assertThat(conflict.actual()).isEqualTo(1);
    }

    @Test
    @Proves({"STR-7", "STR-24"})
    final void aDeletedStreamCountsAsAbsent() {
        EventStream stream = open().stream("gone");
        append(stream, 5);
        done(stream.delete());
        LogException.Conflict conflict =
                failure(LogException.Conflict.class, stream.append(events(1), expecting(ExpectedSequence.exactly(5))));
        assertThat(conflict.actual()).isEqualTo(5);
        AppendResult again = get(stream.append(events(2), expecting(ExpectedSequence.noStream())));
        assertThat(List.of(again.first(), again.last())).containsExactly(6L, 7L);
    }

    @Test
    final void noStreamDoesNotHoldForAStreamWithoutEvents() {
        EventStream stream = open().stream("empty");
        get(stream.create(StreamSettings.defaults()));
        LogException.Conflict conflict =
                failure(LogException.Conflict.class, stream.append(events(1), expecting(ExpectedSequence.noStream())));
        assertThat(conflict.actual()).isZero();
    }

    @Test
    final void exactlyZeroHoldsForAStreamWithoutEventsAndForNone() {
        EventLog log = open();
        AppendOptions options = expecting(ExpectedSequence.exactly(0));
        get(log.stream("empty").create(StreamSettings.defaults()));
        assertThat(get(log.stream("empty").append(events(1), options)).last()).isEqualTo(1);
        assertThat(get(log.stream("none").append(events(1), options)).last()).isEqualTo(1);
    }

    @Test
    final void anExpectationCountsTrimmedEvents() {
        EventStream stream = open().stream("trimmed");
        append(stream, 4);
        get(stream.trim(4));
        assertThat(get(stream.append(events(1), expecting(ExpectedSequence.exactly(4))))
                        .last())
                .isEqualTo(5);
    }

    @Test
    @Proves({"STR-1", "STR-7"})
    final void someOrderOfTheCallsExplainsEveryAnswer() throws Exception {
        EventLog log = open();
        Random random = Seeds.random("someOrderOfTheCallsExplainsEveryAnswer");
        ExecutorService callers = Executors.newFixedThreadPool(3);
        try {
            for (int run = 0; run < 300; run++) {
                EventStream stream = log.stream("run-" + run);
                get(stream.create(StreamSettings.defaults()));
                CyclicBarrier start = new CyclicBarrier(3);
                List<Future<List<CallHistory.Call>>> running = new ArrayList<>();
                for (int caller = 0; caller < 3; caller++) {
                    long seed = random.nextLong();
                    running.add(callers.submit(() -> {
                        start.await();
                        return calls(stream, new Random(seed));
                    }));
                }
                List<CallHistory.Call> calls = new ArrayList<>();
                for (Future<List<CallHistory.Call>> caller : running) {
                    calls.addAll(caller.get());
                }
                CallHistory history = new CallHistory(calls);
                assertThat(history.isLinearizable())
                        .as("%s, %s", history, Seeds.hint())
                        .isTrue();
            }
        } finally {
            callers.shutdown();
        }
    }

    private List<CallHistory.Call> calls(EventStream stream, Random random) {
        List<CallHistory.Call> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            CallHistory.Kind kind = CallHistory.Kind.values()[random.nextInt(3)];
            long argument = random.nextInt(6);
            long begun = System.nanoTime();
            long answer = switch (kind) {
                case APPEND -> get(stream.append(event(i))).last();
                case APPEND_EXPECTING -> appendExpecting(stream, argument);
                case LOOK -> get(stream.info()).highWaterMark();
            };
            calls.add(new CallHistory.Call(kind, argument, answer, begun, System.nanoTime()));
        }
        return calls;
    }

    private long appendExpecting(EventStream stream, long sequence) {
        return get(stream.append(events(1), expecting(ExpectedSequence.exactly(sequence)))
                .map(AppendResult::last)
                .onErrorResume(LogException.Conflict.class, conflict -> Mono.just(-1 - conflict.actual())));
    }

    @Test
    @Proves("STR-10")
    final void awkwardContentReadsBackEqual() {
        EventStream stream = open().stream("awkward");
        List<NewEvent> given = Samples.awkward();
        get(stream.append(given));
        assertThat(readAll(stream)).extracting(LogContract::content).containsExactlyElementsOf(given);
    }

    @Test
    @Proves("STR-10")
    final void generatedContentReadsBackEqual() {
        EventStream stream = open().stream("generated");
        Random random = Seeds.random("generatedContentReadsBackEqual");
        List<NewEvent> given =
                IntStream.range(0, 300).mapToObj(i -> Samples.any(random)).toList();
        all(Flux.fromIterable(given).concatMap(stream::append));
        assertThat(readAll(stream))
                .as(Seeds.hint())
                .extracting(LogContract::content)
                .containsExactlyElementsOf(given);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-10")
    final void contentReadsBackEqualAfterReopening() {
        EventLog log = open();
        Random random = Seeds.random("contentReadsBackEqualAfterReopening");
        List<NewEvent> given = new ArrayList<>(Samples.awkward());
        IntStream.range(0, 100).mapToObj(i -> Samples.any(random)).forEach(given::add);
        get(log.stream("kept").append(given));
        List<Event> before = readAll(log.stream("kept"));
        List<Event> after = readAll(reopen(log).stream("kept"));
        assertThat(after).as(Seeds.hint()).containsExactlyElementsOf(before);
        assertThat(after).extracting(LogContract::content).containsExactlyElementsOf(given);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves({"STR-1", "STR-14"})
    final void numbersGoOnAfterReopening() {
        EventLog log = open();
        append(log.stream("a"), 3);
        append(log.stream("b"), 2);
        log = reopen(log);
        assertThat(append(log.stream("a"), 2)).isEqualTo(new AppendResult("a", 4, 5, 7, false));
        assertThat(append(log.stream("b"), 1)).isEqualTo(new AppendResult("b", 3, 3, 8, false));
        assertThat(readAll(log.stream("a"))).extracting(Event::position).containsExactly(1L, 2L, 3L, 6L, 7L);
    }

    @Test
    final void theCallersArrayIsCopied() {
        EventStream stream = open().stream("copied");
        byte[] data = {1, 2, 3};
        Mono<AppendResult> append = stream.append(NewEvent.of(data));
        data[0] = 9;
        get(append);
        assertThat(readAll(stream)).extracting(Event::data).containsExactly(new byte[] {1, 2, 3});
    }

    @Test
    final void nothingHappensBeforeSubscribing() {
        EventStream stream = open().stream("lazy");
        Mono<AppendResult> append = stream.append(event("x"));
        failure(LogException.UnknownStream.class, stream.info());
        assertThat(get(append).last()).isEqualTo(1);
    }

    @Test
    final void everySubscriptionIsAnAppendOfItsOwn() {
        EventStream stream = open().stream("twice");
        Mono<AppendResult> append = stream.append(event("x"));
        assertThat(get(append).last()).isEqualTo(1);
        assertThat(get(append).last()).isEqualTo(2);
    }

    @Test
    final void anAppendOfNothingIsRefusedAtTheCall() {
        EventStream stream = open().stream("nothing");
        assertThatIllegalArgumentException().isThrownBy(() -> stream.append(List.of()));
        assertThat(append(stream, 1).last()).isEqualTo(1);
    }

    @Test
    final void handlesOfOneNameAreOneStream() {
        EventLog log = open();
        append(log.stream("one"), 1);
        assertThat(append(log.stream("one"), 1).last()).isEqualTo(2);
        assertThat(log.stream("one").name()).isEqualTo("one");
    }

    @Test
    final void streamsAreNumberedApart() {
        EventLog log = open();
        append(log.stream("a"), 3);
        assertThat(append(log.stream("b"), 1)).isEqualTo(new AppendResult("b", 1, 1, 4, false));
        assertThat(readAll(log.stream("b"))).extracting(Event::stream).containsExactly("b");
    }
}
