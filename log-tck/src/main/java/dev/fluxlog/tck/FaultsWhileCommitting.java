package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogStatus;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Transaction;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.spec.Proves;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a commit shows that is held, that fails for good, or that there is no space for. */
abstract class FaultsWhileCommitting extends FaultyMedium {
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
}
