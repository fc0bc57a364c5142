package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Durability;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.LogStatus;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Transaction;
import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a log on a local medium promises when that medium is slow, full, broken or damaged. */
public abstract class FaultContract extends LogContract {
    private static final Duration SHORT = Duration.ofMillis(50);

    private @Nullable FaultyBackend latest;

    /** A fresh instance on the medium of the current test; the instance before is closed. */
    protected abstract Backend backend();

    /** What the backend cannot do. */
    protected Map<Capability, String> lacking() {
        return Map.of();
    }

    @Override
    protected final LogFixture fixture() {
        return new LogFixture() {
            @Override
            public Mono<EventLog> open(LogOptions options) {
                return Mono.defer(() -> {
                    FaultyBackend faulty = new FaultyBackend(backend());
                    latest = faulty;
                    return EventLog.open(faulty, options);
                });
            }

            @Override
            public Durability durability() {
                throw new UnsupportedOperationException("not asked for here");
            }

            @Override
            public Map<Capability, String> missing() {
                return lacking();
            }
        };
    }

    private FaultyBackend medium() {
        return Objects.requireNonNull(latest, "open a log first");
    }

    private static StorageException io() {
        return new StorageException(Kind.IO, "the device failed");
    }

    private static StorageException full() {
        return new StorageException(Kind.FULL, "no space left");
    }

    private <T> T got(CompletableFuture<T> future) {
        try {
            return future.get(patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("failed", e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("did not end", e);
        }
    }

    private <E extends LogException> E failed(Class<E> expected, CompletableFuture<?> future) {
        return failure(expected, Mono.fromFuture(future));
    }

    private CompletableFuture<AppendResult> begin(EventStream stream, Object data) {
        return stream.append(event(data)).toFuture();
    }

    /** An append that has arrived at the medium and is held there. */
    private CompletableFuture<AppendResult> held(EventStream stream, Object data) throws InterruptedException {
        medium().hold();
        CompletableFuture<AppendResult> append = begin(stream, data);
        medium().awaitHeld();
        return append;
    }

    // Visibility

    @Test
    @Proves({"STR-27", "STR-16"})
    final void nothingIsVisibleWhileTheCommitIsHeld() throws Exception {
        EventLog log = open();
        EventStream stream = stream(log, "a", 2, 1);
        List<Long> followed = new ArrayList<>();
        Disposable follower = stream.subscribe(From.tail())
                .map(Event::sequence)
                .subscribe(followed::add, failure -> followed.add(-1L));
        CompletableFuture<AppendResult> append = held(stream, "x");
        assertThat(append).isNotDone();
        assertMarks(stream, 1, 2);
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 2));
        assertThat(get(stream.page(ReadOptions.forward(From.start()).withLimit(10)))
                        .highWaterMark())
                .isEqualTo(2);
        assertThat(log.status().position()).isEqualTo(2);
        StepVerifier.create(stream.subscribe(From.after(2)))
                .expectSubscription()
                .expectNoEvent(SHORT)
                .thenCancel()
                .verify(patience());
        assertThat(followed).isEmpty();
        medium().release();
        assertThat(got(append).last()).isEqualTo(3);
        assertThat(sequences(all(stream.subscribe(From.after(2)).take(1)))).containsExactly(3L);
        follower.dispose();
    }

    @Test
    @Proves("STR-27")
    final void aStreamIsNotThereWhileItsFirstAppendIsHeld() throws Exception {
        EventLog log = open();
        append(log.stream("other"), 1);
        CompletableFuture<AppendResult> append = held(log.stream("new"), "x");
        failure(LogException.UnknownStream.class, log.stream("new").info());
        failure(LogException.UnknownStream.class, log.stream("new").subscribe(From.start()));
        assertThat(all(log.streams(dev.fluxlog.StreamsQuery.all()))).hasSize(1);
        medium().release();
        assertThat(got(append).last()).isEqualTo(1);
        assertMarks(log.stream("new"), 1, 1);
    }

    @Test
    @Proves({"STR-27", "STR-16"})
    final void whatFailedIsNeverVisible() throws Exception {
        EventStream stream = stream(open(), "a", 2, 1);
        medium().failNextCommit(io());
        CompletableFuture<AppendResult> append = held(stream, "lost");
        StepVerifier.create(stream.subscribe(From.after(2)))
                .expectSubscription()
                .then(medium()::release)
                .expectNoEvent(SHORT)
                .thenCancel()
                .verify(patience());
        failed(LogException.Failed.class, append);
        assertMarks(stream, 1, 2);
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 2));
    }

    @Test
    @Proves({"STR-20", "STR-27"})
    final void aHeldTransactionIsVisibleInNoStream() throws Exception {
        EventLog log = open();
        append(log.stream("a"), 1);
        append(log.stream("b"), 1);
        medium().hold();
        CompletableFuture<?> commit = log.commit(
                        Transaction.start().append("a", events(1)).append("b", events(1)))
                .toFuture();
        medium().awaitHeld();
        assertMarks(log.stream("a"), 1, 1);
        assertMarks(log.stream("b"), 1, 1);
        medium().release();
        got(commit);
        assertMarks(log.stream("a"), 1, 2);
        assertMarks(log.stream("b"), 1, 2);
    }

    // Failure

    @Test
    @Proves({"STR-16", "STR-29", "FMT-5"})
    final void theFirstFailureIsLatchedAndEveryLaterChangeFailsWithItsCause() {
        EventLog log = open();
        EventStream stream = stream(log, "a", 3, 1);
        StorageException cause = io();
        medium().failNextCommit(cause);
        LogException.Failed first = failure(LogException.Failed.class, stream.append(event("x")));
        assertThat(first.operation()).isEqualTo("commit");
        assertThat(first.isRetryable()).isFalse();
        assertThat(first).hasCause(cause);
        long commits = medium().commits();
        for (Mono<?> change : List.of(
                stream.append(event("y")),
                log.stream("b").append(event("y")),
                log.commit(Transaction.start().append("a", events(1))),
                stream.trim(1),
                stream.seal(),
                log.stream("b").create(dev.fluxlog.StreamSettings.defaults()),
                stream.delete())) {
            assertThat(failure(LogException.Failed.class, change)).hasCause(cause);
        }
        assertThat(medium().commits()).as("a failed commit is never retried").isEqualTo(commits);
        assertThat(log.status().state()).isEqualTo(LogStatus.State.LATCHED);
        assertThat(log.status().cause()).isNotEmpty();
    }

    @Test
    @Proves({"STR-16", "STR-29"})
    final void readsGoOnWhenTheLogHasLatched() {
        EventStream stream = stream(open(), "a", 3, 1);
        medium().failNextCommit(io());
        failure(LogException.Failed.class, stream.append(event("x")));
        assertMarks(stream, 1, 3);
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 3));
        assertThat(sequences(all(stream.subscribe(From.after(1)).take(2)))).isEqualTo(range(2, 3));
    }

    @Test
    @Proves("STR-29")
    final void appendsThatWaitWhenACommitFailsFailWithIt() throws Exception {
        EventStream stream = stream(open(), "a", 1, 1);
        medium().failNextCommit(io());
        CompletableFuture<AppendResult> failing = held(stream, "x");
        List<CompletableFuture<AppendResult>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(begin(stream, i));
        }
        medium().release();
        failed(LogException.Failed.class, failing);
        for (CompletableFuture<AppendResult> append : waiting) {
            failed(LogException.Failed.class, append);
        }
        assertThat(sequences(readAll(stream))).containsExactly(1L);
    }

    @Test
    @Proves("STR-29")
    final void whicheverCommitFailsWhatWasAcknowledgedIsReadable() {
        for (int failing = 1; failing <= 12; failing++) {
            EventLog log = open();
            String name = "failing-" + failing;
            medium().failCommit(failing, io());
            List<Long> acknowledged = all(Flux.range(0, 20)
                    .concatMap(i -> log.stream(name)
                            .append(event(i))
                            .map(AppendResult::last)
                            .onErrorResume(LogException.Failed.class, e -> Mono.empty())));
            assertThat(acknowledged).isEqualTo(range(1, failing - 1L));
            if (failing > 1) {
                assertThat(sequences(readAll(log.stream(name)))).isEqualTo(acknowledged);
            } else {
                failure(LogException.UnknownStream.class, log.stream(name).info());
            }
            done(log.close());
        }
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves({"STR-16", "STR-29"})
    final void aNewOpenGoesOnBehindWhatWasAcknowledged() {
        EventLog log = open();
        append(log.stream("a"), 3);
        medium().failNextCommit(io());
        failure(LogException.Failed.class, log.stream("a").append(event("lost")));
        log = reopen(log);
        assertThat(log.status().state()).isEqualTo(LogStatus.State.SERVING);
        assertThat(append(log.stream("a"), 1)).isEqualTo(new AppendResult("a", 4, 4, 4, false));
        assertThat(sequences(readAll(log.stream("a")))).isEqualTo(range(1, 4));
    }

    @Test
    @Proves("OWN-5")
    final void aFencedLogTakesNoMoreAppends() {
        EventStream stream = stream(open(), "a", 1, 1);
        medium().failNextCommit(new StorageException(Kind.FENCED, "epoch 8 rules"));
        failure(LogException.Fenced.class, stream.append(event("x")));
        failure(LogException.Fenced.class, stream.append(event("y")));
        assertThat(sequences(readAll(stream))).containsExactly(1L);
    }

    // Full

    @Test
    @Proves({"STR-16", "STR-30"})
    final void noSpaceIsACleanRefusalAndLaterAppendsLeaveNoHole() {
        EventLog log = open();
        EventStream stream = stream(log, "a", 2, 1);
        StorageException cause = full();
        StepVerifier.create(stream.subscribe(From.start()).map(Event::sequence))
                .expectNext(1L, 2L)
                .then(() -> {
                    medium().failNextCommit(cause);
                    LogException.StorageFull refused =
                            failure(LogException.StorageFull.class, stream.append(events(3)));
                    assertThat(refused.isRetryable()).isTrue();
                    assertThat(refused).hasCause(cause);
                    assertMarks(stream, 1, 2);
                    assertThat(append(stream, 1)).isEqualTo(new AppendResult("a", 3, 3, 3, false));
                })
                .expectNext(3L)
                .thenCancel()
                .verify(patience());
        assertThat(log.status().state()).isEqualTo(LogStatus.State.SERVING);
        assertThat(readAll(stream)).extracting(Event::position).isEqualTo(range(1, 3));
    }

    @Test
    @Proves("STR-16")
    final void aRefusedFirstAppendLeavesNoStream() {
        EventLog log = open();
        medium().failNextCommit(full());
        failure(LogException.StorageFull.class, log.stream("new").append(event("x")));
        failure(LogException.UnknownStream.class, log.stream("new").info());
        assertThat(all(log.streams(dev.fluxlog.StreamsQuery.all()))).isEmpty();
        append(log.stream("other"), 1);
        assertThat(get(log.stream("new")
                        .append(events(1), AppendOptions.defaults().withExpected(ExpectedSequence.noStream()))))
                .isEqualTo(new AppendResult("new", 1, 1, 2, false));
        assertThat(readAll(log.stream("other"))).extracting(Event::stream).containsExactly("other");
    }

    @Test
    @Proves("STR-16")
    final void aRefusedChangeChangesNothing() {
        EventStream stream = stream(open(), "a", 5, 1);
        for (Mono<?> change : List.of(stream.trim(3), stream.seal(), stream.delete())) {
            medium().failNextCommit(full());
            failure(LogException.StorageFull.class, change);
            assertMarks(stream, 1, 5);
            assertThat(get(stream.info()).sealed()).isFalse();
        }
        assertThat(append(stream, 1).last()).isEqualTo(6);
        assertThat(get(stream.trim(3)).lowWaterMark()).isEqualTo(4);
    }

    @Test
    @Proves({"STR-9", "STR-16"})
    final void aRefusedAppendDoesNotUseItsKeyUp() {
        EventStream stream = stream(open(), "a", 1, 1);
        AppendOptions keyed = AppendOptions.defaults().withIdempotencyKey("k");
        medium().failNextCommit(full());
        failure(LogException.StorageFull.class, stream.append(events(2), keyed));
        assertThat(get(stream.append(events(2), keyed))).isEqualTo(new AppendResult("a", 2, 3, 3, false));
        assertThat(get(stream.append(events(2), keyed)).replayed()).isTrue();
    }

    @Test
    @Proves({"STR-9", "STR-16"})
    final void keysKnownBeforeARefusalAreKnownAfterIt() {
        EventStream stream = open().stream("a");
        AppendOptions keyed = AppendOptions.defaults().withIdempotencyKey("k");
        AppendResult first = get(stream.append(events(2), keyed));
        medium().failNextCommit(full());
        failure(
                LogException.StorageFull.class,
                stream.append(events(1), AppendOptions.defaults().withIdempotencyKey("l")));
        medium().failNextCommit(full());
        failure(LogException.StorageFull.class, stream.delete());
        AppendResult repeat = get(stream.append(events(2), keyed));
        assertThat(repeat.replayed()).isTrue();
        assertThat(repeat.last()).isEqualTo(first.last());
    }

    // Damage

    @Test
    @Proves({"STR-16", "FMT-5"})
    final void damageIsToldAtItsEventAndNeverSkipped() {
        EventLog log = open();
        EventStream stream = stream(log, "a", 50, 1);
        stream(log, "b", 5, 1);
        medium().damage(1, 20);
        List<Long> seen = new ArrayList<>();
        LogException.Corrupt corrupt = failure(
                LogException.Corrupt.class,
                stream.read(ReadOptions.forward(From.start()))
                        .map(Event::sequence)
                        .doOnNext(seen::add));
        assertThat(seen).isEqualTo(range(1, 19));
        assertThat(corrupt.stream()).isEqualTo("a");
        assertThat(corrupt.sequence()).isEqualTo(20);
        assertThat(corrupt.isRetryable()).isFalse();
        failure(LogException.Corrupt.class, stream.subscribe(From.after(19)));
        failure(LogException.Corrupt.class, stream.signals(From.after(15)));
        failure(
                LogException.Corrupt.class,
                stream.page(ReadOptions.forward(From.after(19)).withLimit(5)));
        assertThat(sequences(all(stream.subscribe(From.after(20)).take(30)))).isEqualTo(range(21, 50));
    }

    @Test
    @Proves("STR-16")
    final void damageInOneStreamDoesNotStopTheOthers() {
        EventLog log = open();
        EventStream hurt = stream(log, "a", 5, 1);
        EventStream sound = stream(log, "b", 5, 1);
        medium().damage(1, 3);
        failure(LogException.Corrupt.class, hurt.read(ReadOptions.forward(From.start())));
        assertThat(sequences(readAll(sound))).isEqualTo(range(1, 5));
        assertThat(append(hurt, 1).last()).isEqualTo(6);
        assertThat(append(sound, 1).last()).isEqualTo(6);
        assertThat(log.status().state()).isEqualTo(LogStatus.State.SERVING);
    }

    @Test
    @Proves({"STR-16", "OWN-10"})
    final void aFailedReadIsTypedAndTheNextOneSucceeds() {
        EventStream stream = stream(open(), "a", 5, 1);
        StorageException cause = io();
        medium().failNextRead(cause);
        LogException.Failed failed = failure(LogException.Failed.class, stream.read(ReadOptions.forward(From.start())));
        assertThat(failed.operation()).isEqualTo("read");
        assertThat(failed).hasCause(cause);
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 5));
    }

    @Test
    @Proves("FMT-5")
    final void whatRecoveryMeetsIsAnsweredTyped() {
        assertOpenFails(LogException.Busy.class, Kind.BUSY);
        assertOpenFails(LogException.Corrupt.class, Kind.CORRUPT);
        assertOpenFails(LogException.UnsupportedVersion.class, Kind.UNSUPPORTED_VERSION);
        assertOpenFails(LogException.Failed.class, Kind.SETUP);
        assertOpenFails(LogException.Failed.class, Kind.IO);
        assertThat(append(open().stream("a"), 1).last()).isEqualTo(1);
    }

    private void assertOpenFails(Class<? extends LogException> expected, Kind kind) {
        StorageException cause = new StorageException(kind, "met while opening");
        FaultyBackend failing = new FaultyBackend(backend()).failRecovery(cause);
        LogException failure = failure(expected, EventLog.open(failing, LogOptions.defaults()));
        assertThat(failure).hasCause(cause);
        assertThat(failing.isClosed()).isTrue();
    }

    // Groups

    @Test
    @Proves("STR-28")
    final void aThousandAppendsThatWaitAreMadeDurableByOneCommit() throws Exception {
        EventLog log = open();
        CompletableFuture<AppendResult> first = held(log.stream("first"), "x");
        List<CompletableFuture<AppendResult>> waiting = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            waiting.add(begin(log.stream("s" + i), i));
        }
        long before = medium().commits();
        medium().release();
        got(first);
        for (CompletableFuture<AppendResult> append : waiting) {
            assertThat(got(append).last()).isEqualTo(1);
        }
        assertThat(medium().commits()).isEqualTo(before + 1);
    }

    @Test
    @Proves("STR-28")
    final void aLoneAppendIsACommitOfItsOwn() {
        EventStream stream = stream(open(), "a", 1, 1);
        long before = medium().commits();
        for (int i = 0; i < 20; i++) {
            append(stream, 1);
        }
        assertThat(medium().commits()).isEqualTo(before + 20);
    }

    @Test
    @Proves("STR-7")
    final void expectationsOfOneGroupBuildOnEachOther() throws Exception {
        EventStream stream = stream(open(), "a", 1, 1);
        CompletableFuture<AppendResult> first = held(stream, "2");
        CompletableFuture<AppendResult> second = expecting(stream, 2);
        CompletableFuture<AppendResult> third = expecting(stream, 3);
        CompletableFuture<AppendResult> wrong = expecting(stream, 3);
        medium().release();
        assertThat(got(first).last()).isEqualTo(2);
        assertThat(got(second).last()).isEqualTo(3);
        assertThat(got(third).last()).isEqualTo(4);
        assertThat(failed(LogException.Conflict.class, wrong).actual()).isEqualTo(4);
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 4));
    }

    private static CompletableFuture<AppendResult> expecting(EventStream stream, long sequence) {
        return stream.append(events(1), AppendOptions.defaults().withExpected(ExpectedSequence.exactly(sequence)))
                .toFuture();
    }

    @Test
    @Proves("STR-16")
    final void aConflictWithWhatWasRefusedForWantOfSpaceIsNotAnswered() throws Exception {
        EventStream stream = stream(open(), "a", 1, 1);
        CompletableFuture<AppendResult> first = held(stream, "2");
        medium().failNextCommit(full());
        CompletableFuture<AppendResult> second = expecting(stream, 2);
        CompletableFuture<AppendResult> third = expecting(stream, 2);
        medium().release();
        got(first);
        failed(LogException.StorageFull.class, second);
        // It would have been a conflict with an append that never was.
        failed(LogException.StorageFull.class, third);
        assertMarks(stream, 1, 2);
    }

    @Test
    @Proves("STR-9")
    final void aRepeatThatWaitsWithItsFirstIsWrittenOnce() throws Exception {
        EventStream stream = stream(open(), "a", 1, 1);
        AppendOptions keyed = AppendOptions.defaults().withIdempotencyKey("k");
        medium().hold();
        CompletableFuture<AppendResult> first = stream.append(events(2), keyed).toFuture();
        medium().awaitHeld();
        CompletableFuture<AppendResult> repeat = stream.append(events(2), keyed).toFuture();
        CompletableFuture<AppendResult> again = stream.append(events(2), keyed).toFuture();
        assertThat(repeat).isNotDone();
        medium().release();
        assertThat(got(first).replayed()).isFalse();
        assertThat(got(repeat)).isEqualTo(new AppendResult("a", 2, 3, 3, true));
        assertThat(got(again)).isEqualTo(new AppendResult("a", 2, 3, 3, true));
        assertMarks(stream, 1, 3);
    }

    @Test
    final void anAppendCancelledBeforeItBeganIsDropped() throws Exception {
        EventStream stream = stream(open(), "a", 1, 1);
        CompletableFuture<AppendResult> first = held(stream, "2");
        Disposable dropped = stream.append(event("dropped")).subscribe();
        CompletableFuture<AppendResult> last = begin(stream, "3");
        dropped.dispose();
        medium().release();
        got(first);
        assertThat(got(last).last()).isEqualTo(3);
        assertThat(readAll(stream)).extracting(LogContract::text).containsExactly("e1", "2", "3");
    }

    @Test
    @Proves("OWN-9")
    final void anAppendCancelledWhileItIsCommittedTakesEffect() throws Exception {
        EventStream stream = stream(open(), "a", 1, 1);
        medium().hold();
        Disposable unseen = stream.append(event("2")).subscribe();
        medium().awaitHeld();
        unseen.dispose();
        medium().release();
        assertThat(append(stream, 1).last()).isEqualTo(3);
        assertThat(readAll(stream)).extracting(LogContract::text).containsExactly("e1", "2", "e1");
    }

    // Bounds

    @Test
    @Proves({"LIM-7", "STR-28"})
    final void aboveTheBoundInCountAppendsAreOverloadedAtOnceAndComeBack() throws Exception {
        EventLog log = open(LogOptions.defaults().withWaitingAppendsMax(10));
        EventStream stream = log.stream("a");
        List<CompletableFuture<AppendResult>> accepted = new ArrayList<>();
        accepted.add(held(stream, 0));
        for (int i = 1; i < 10; i++) {
            accepted.add(begin(stream, i));
        }
        assertThat(log.status().waitingAppends()).isEqualTo(10);
        for (int i = 0; i < 100; i++) {
            LogException.Overloaded refused = failure(LogException.Overloaded.class, stream.append(event("over")));
            assertThat(refused.isRetryable()).isTrue();
            assertThat(refused.limitName()).isEqualTo("waitingAppendsMax");
            assertThat(refused.limit()).isEqualTo(10);
        }
        medium().release();
        for (CompletableFuture<AppendResult> append : accepted) {
            got(append);
        }
        assertThat(append(stream, 1).last()).isEqualTo(11);
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 11));
        assertThat(log.status().waitingAppends()).isZero();
        assertThat(log.status().waitingBytes()).isZero();
    }

    @Test
    @Proves("LIM-7")
    final void aboveTheBoundInBytesAppendsAreOverloadedAtOnceAndComeBack() throws Exception {
        EventLog log = open(LogOptions.defaults().withWaitingBytesMax(100_000));
        EventStream stream = log.stream("a");
        List<CompletableFuture<AppendResult>> accepted = new ArrayList<>();
        accepted.add(held(stream, 0));
        for (int i = 0; i < 3; i++) {
            accepted.add(stream.append(NewEvent.of(new byte[30_000])).toFuture());
        }
        LogException.Overloaded refused =
                failure(LogException.Overloaded.class, stream.append(NewEvent.of(new byte[30_000])));
        assertThat(refused.limitName()).isEqualTo("waitingBytesMax");
        assertThat(refused.limit()).isEqualTo(100_000);
        medium().release();
        for (CompletableFuture<AppendResult> append : accepted) {
            got(append);
        }
        assertThat(get(stream.append(NewEvent.of(new byte[30_000]))).last()).isEqualTo(5);
    }

    @Test
    @Proves({"SUB-12", "SUB-3"})
    final void theJournalIsReadAheadByNoMoreThanThePrefetch() {
        EventStream stream = stream(open(LogOptions.defaults().withPrefetchEventsMax(32)), "a", 2_000, 1);
        long before = medium().framesRead();
        StepVerifier.create(stream.subscribe(From.start()), 1)
                .expectNextCount(1)
                .expectNoEvent(SHORT)
                .then(() -> assertThat(medium().framesRead() - before).isBetween(1L, 32L))
                .thenRequest(100)
                .expectNextCount(100)
                .expectNoEvent(SHORT)
                .then(() -> assertThat(medium().framesRead() - before).isBetween(101L, 133L))
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves("OWN-9")
    final void withoutDemandNothingIsRead() {
        EventStream stream = stream(open(), "a", 100, 1);
        long before = medium().framesRead();
        StepVerifier.create(stream.subscribe(From.start()), 0)
                .expectSubscription()
                .expectNoEvent(SHORT)
                .thenCancel()
                .verify(patience());
        assertThat(medium().framesRead()).isEqualTo(before);
        assertThat(readAll(stream)).hasSize(100);
    }

    @Test
    @Proves({"STR-6", "STR-21"})
    final void aSmallReadDeepInALongStreamTouchesFewFrames() {
        EventStream stream = stream(open(), "long", 200_000, 1);
        long before = medium().framesRead();
        assertThat(get(stream.page(ReadOptions.forward(From.after(150_000)).withLimit(10)))
                        .events())
                .hasSize(10);
        assertThat(get(stream.page(ReadOptions.backward(From.after(150_000)).withLimit(10)))
                        .events())
                .hasSize(10);
        assertThat(all(stream.read(ReadOptions.forward(From.last(10))))).hasSize(10);
        assertThat(medium().framesRead() - before).isLessThanOrEqualTo(3 * 32);
    }

    // Closing

    @Test
    @Proves("STR-15")
    final void closingWaitsForAHeldCommitAndWhatWaitsBehindIt() throws Exception {
        EventLog log = open();
        EventStream stream = stream(log, "a", 1, 1);
        CompletableFuture<AppendResult> held = held(stream, "2");
        CompletableFuture<AppendResult> behind = begin(stream, "3");
        CompletableFuture<Void> close = log.close().toFuture();
        failure(LogException.Closed.class, stream.append(event("late")));
        assertThat(log.status().state()).isEqualTo(LogStatus.State.CLOSING);
        assertThatThrownBy(() -> close.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(medium().isClosed()).isFalse();
        medium().release();
        assertThat(got(held).last()).isEqualTo(2);
        assertThat(got(behind).last()).isEqualTo(3);
        close.get(patience().toMillis(), TimeUnit.MILLISECONDS);
        assertThat(medium().isClosed()).isTrue();
        assertThat(log.status().state()).isEqualTo(LogStatus.State.CLOSED);
    }

    @Test
    @Proves("STR-15")
    final void aLatchedLogCloses() {
        EventLog log = open();
        append(log.stream("a"), 1);
        medium().failNextCommit(io());
        failure(LogException.Failed.class, log.stream("a").append(event("x")));
        done(log.close());
        assertThat(medium().isClosed()).isTrue();
    }

    @Test
    @Proves("STR-15")
    final void aMediumThatCannotBeClosedInOrderIsTold() {
        EventLog log = open();
        append(log.stream("a"), 1);
        StorageException cause = io();
        FaultyBackend failing = medium().failClose(cause);
        for (int i = 0; i < 2; i++) {
            LogException.Failed failed = failure(LogException.Failed.class, log.close());
            assertThat(failed.operation()).isEqualTo("close");
            assertThat(failed).hasCause(cause);
        }
        assertThat(failing.isClosed()).isTrue();
        forget(log);
    }
}
