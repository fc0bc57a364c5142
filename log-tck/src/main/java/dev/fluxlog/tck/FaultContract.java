package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.LogStatus;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.spec.Proves;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/**
 * What a log on a local medium promises when that medium is slow, full, broken or damaged.
 *
 * <p>Here stands what a slow one shows: groups, bounds and closing. Failure, want of space and damage are judged in the
 * classes above.
 */
public abstract class FaultContract extends FaultsOfSpaceAndReading {
    /** What a small read may touch beyond what it returns, however long the stream is. */
    private static final int FRAMES_MORE_MAX = 22;

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
        EventStream stream = stream(open(), "long", 1_000_100, 1);
        assertFrames(stream, ReadOptions.forward(From.after(999_999)));
        assertFrames(stream, ReadOptions.backward(From.after(1_000_001)));
        assertFrames(stream, ReadOptions.forward(From.last(10)));
    }

    private void assertFrames(EventStream stream, ReadOptions read) {
        long before = medium().framesRead();
        assertThat(get(stream.page(read.withLimit(10))).events()).hasSize(10);
        assertThat(medium().framesRead() - before).as("%s", read).isLessThanOrEqualTo(10 + FRAMES_MORE_MAX);
    }

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
