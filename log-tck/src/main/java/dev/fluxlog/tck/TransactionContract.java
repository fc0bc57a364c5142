package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.Transaction;
import dev.fluxlog.TransactionResult;
import dev.fluxlog.spec.Proves;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What a commit over several streams promises: all or nothing, each with its own expectation. */
public abstract class TransactionContract extends LogContract {

    @Test
    @Proves("STR-19")
    final void everyStreamGetsItsEventsAndItsResult() {
        EventLog log = open();
        append(log.stream("b"), 2);
        TransactionResult result = get(log.commit(Transaction.start()
                .append("a", events(2), ExpectedSequence.noStream())
                .append("b", events(1), ExpectedSequence.exactly(2))
                .append("c", events(3))));
        assertThat(result.replayed()).isFalse();
        assertThat(result.position()).isEqualTo(8);
        assertThat(result.appends())
                .containsExactly(
                        new AppendResult("a", 1, 2, 4, false),
                        new AppendResult("b", 3, 3, 5, false),
                        new AppendResult("c", 1, 3, 8, false));
        assertThat(sequences(readAll(log.stream("a")))).isEqualTo(range(1, 2));
        assertThat(sequences(readAll(log.stream("b")))).isEqualTo(range(1, 3));
        assertThat(sequences(readAll(log.stream("c")))).isEqualTo(range(1, 3));
    }

    @Test
    @Proves("STR-19")
    final void oneFailedExpectationChangesNoStream() {
        EventLog log = open();
        append(log.stream("a"), 1);
        append(log.stream("b"), 2);
        LogException.Conflict conflict = failure(
                LogException.Conflict.class,
                log.commit(Transaction.start()
                        .append("a", events(1), ExpectedSequence.exactly(1))
                        .append("new", events(1))
                        .append("b", events(1), ExpectedSequence.exactly(7))));
        assertThat(conflict.stream()).isEqualTo("b");
        assertThat(conflict.expected()).isEqualTo(ExpectedSequence.exactly(7));
        assertThat(conflict.actual()).isEqualTo(2);
        assertMarks(log.stream("a"), 1, 1);
        assertMarks(log.stream("b"), 1, 2);
        failure(LogException.UnknownStream.class, log.stream("new").info());
        assertThat(append(log.stream("a"), 1)).isEqualTo(new AppendResult("a", 2, 2, 4, false));
    }

    @Test
    @Proves("STR-20")
    final void anEntryWithoutEventsOnlyChecks() {
        EventLog log = open();
        append(log.stream("guard"), 3);
        TransactionResult result = get(log.commit(
                Transaction.start().expect("guard", ExpectedSequence.exactly(3)).append("a", events(1))));
        assertThat(result.appends())
                .containsExactly(new AppendResult("guard", 4, 3, 0, false), new AppendResult("a", 1, 1, 4, false));
        assertMarks(log.stream("guard"), 1, 3);
        LogException.Conflict conflict = failure(
                LogException.Conflict.class,
                log.commit(Transaction.start().append("a", events(1)).expect("guard", ExpectedSequence.exactly(2))));
        assertThat(conflict.stream()).isEqualTo("guard");
        assertMarks(log.stream("a"), 1, 1);
    }

    @Test
    @Proves("STR-20")
    final void anExpectationOfAbsenceCreatesNothing() {
        EventLog log = open();
        get(log.commit(Transaction.start()
                .expect("absent", ExpectedSequence.noStream())
                .append("a", events(1))));
        failure(LogException.UnknownStream.class, log.stream("absent").info());
    }

    @Test
    @Proves("STR-20")
    final void aTransactionOfExpectationsHasNoPosition() {
        EventLog log = open();
        append(log.stream("a"), 1);
        TransactionResult result = get(log.commit(Transaction.start().expect("a", ExpectedSequence.exactly(1))));
        assertThat(result.position()).isZero();
        assertMarks(log.stream("a"), 1, 1);
    }

    @Test
    @Proves("STR-20")
    final void theEventsOfATransactionAreAdjacentInPosition() {
        EventLog log = open();
        List<TransactionResult> results = all(Flux.range(0, 200)
                .flatMap(
                        i -> log.commit(Transaction.start()
                                        .append("x", events(1 + i % 2))
                                        .append("y", events(2))
                                        .append("z" + i % 3, events(1)))
                                .subscribeOn(Schedulers.parallel()),
                        32));
        assertThat(results).hasSize(200);
        List<Event> stored = new ArrayList<>();
        for (String name : List.of("x", "y", "z0", "z1", "z2")) {
            stored.addAll(readAll(log.stream(name)));
        }
        stored.sort(Comparator.comparing(Event::position));
        assertThat(stored).extracting(Event::position).isEqualTo(range(1, stored.size()));
        for (TransactionResult result : results) {
            long position = result.position();
            for (int i = 2; i >= 0; i--) {
                AppendResult append = result.appends().get(i);
                assertThat(append.position()).isEqualTo(position);
                for (long sequence = append.last(); sequence >= append.first(); sequence--) {
                    Event event = stored.get((int) position - 1);
                    assertThat(event.stream()).isEqualTo(append.stream());
                    assertThat(event.sequence()).isEqualTo(sequence);
                    position--;
                }
            }
        }
    }

    @Test
    @Proves("STR-20")
    final void oppositeOrdersNeverDeadlock() {
        EventLog log = open();
        Transaction forth = Transaction.start().append("a", events(1)).append("b", events(1));
        Transaction back = Transaction.start().append("b", events(1)).append("a", events(1));
        assertThat(all(Flux.range(0, 1_000)
                        .flatMap(i -> log.commit(i % 2 == 0 ? forth : back).subscribeOn(Schedulers.parallel()), 64)))
                .hasSize(1_000);
        assertMarks(log.stream("a"), 1, 1_000);
        assertMarks(log.stream("b"), 1, 1_000);
    }

    @Test
    @Proves({"STR-20", "STR-27"})
    final void whoHasSeenOneEventCanReadAll() {
        EventLog log = open();
        append(log.stream("a"), 1);
        append(log.stream("b"), 1);
        Mono<List<Boolean>> readers = log.stream("a")
                .subscribe(From.after(1))
                .take(200)
                .concatMap(event -> log.stream("b").info().map(info -> info.highWaterMark() >= event.sequence()))
                .collectList();
        Mono<Long> writer = Flux.range(0, 200)
                .concatMap(i ->
                        log.commit(Transaction.start().append("a", events(1)).append("b", events(1))))
                .count();
        assertThat(get(Mono.zip(readers, writer)).getT1()).hasSize(200).containsOnly(true);
    }

    @Test
    @Proves("STR-20")
    final void noMomentShowsAPartOfATransaction() {
        EventLog log = open();
        List<String> names = IntStream.range(0, 300).mapToObj(i -> "s" + i).toList();
        Transaction transaction = Transaction.start();
        for (String name : names) {
            transaction = transaction.append(name, events(1));
        }
        Transaction wide = transaction;
        get(log.commit(wide));
        AtomicBoolean enough = new AtomicBoolean();
        Mono<Long> writer =
                Flux.range(0, 100).concatMap(i -> log.commit(wide)).count().doFinally(end -> enough.set(true));
        // Looks at the first stream before the last: the last must never be behind.
        Mono<Long> looking = Mono.zip(
                        log.stream("s0").info(), log.stream("s299").info())
                .filter(pair -> pair.getT2().highWaterMark() < pair.getT1().highWaterMark())
                .repeat(() -> !enough.get())
                .count()
                .subscribeOn(Schedulers.boundedElastic());
        assertThat(get(Mono.zip(looking, writer)).getT1())
                .as("moments that showed a part")
                .isZero();
        assertMarks(log.stream("s299"), 1, 101);
    }

    @Test
    @Proves("STR-19")
    final void aSealedStreamRefusesTheWholeTransaction() {
        EventLog log = open();
        append(log.stream("a"), 1);
        get(stream(log, "sealed", 2, 1).seal());
        LogException.StreamSealed sealed = failure(
                LogException.StreamSealed.class,
                log.commit(Transaction.start().append("a", events(1)).append("sealed", events(1))));
        assertThat(sealed.stream()).isEqualTo("sealed");
        assertThat(sealed.highWaterMark()).isEqualTo(2);
        assertMarks(log.stream("a"), 1, 1);
    }

    @Test
    @Proves("STR-9")
    final void aRepeatedTransactionGivesTheFirstResult() {
        EventLog log = open();
        Transaction transaction = Transaction.start()
                .append("a", events(2), ExpectedSequence.noStream())
                .append("b", events(1), ExpectedSequence.noStream())
                .withIdempotencyKey("t1");
        TransactionResult first = get(log.commit(transaction));
        assertThat(first.replayed()).isFalse();
        append(log.stream("a"), 1);
        TransactionResult second = get(log.commit(transaction));
        assertThat(second.replayed()).isTrue();
        assertThat(second.position()).isEqualTo(first.position());
        assertThat(second.appends())
                .extracting(AppendResult::stream, AppendResult::first, AppendResult::last, AppendResult::position)
                .isEqualTo(first.appends().stream()
                        .map(a -> org.assertj.core.groups.Tuple.tuple(a.stream(), a.first(), a.last(), a.position()))
                        .toList());
        assertMarks(log.stream("a"), 1, 3);
        assertMarks(log.stream("b"), 1, 1);
    }

    @Test
    @Proves("STR-9")
    final void anotherTransactionUnderTheSameKeyIsAMismatch() {
        EventLog log = open();
        get(log.commit(Transaction.start()
                .append("a", events(2))
                .append("b", events(1))
                .withIdempotencyKey("t1")));
        LogException.IdempotencyMismatch mismatch = failure(
                LogException.IdempotencyMismatch.class,
                log.commit(Transaction.start()
                        .append("a", events(2))
                        .append("b", events(2))
                        .withIdempotencyKey("t1")));
        assertThat(mismatch.key()).isEqualTo("t1");
        assertMarks(log.stream("a"), 1, 2);
        assertMarks(log.stream("b"), 1, 1);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves({"STR-9", "STR-19"})
    final void aTransactionIsThereAndKnownAfterReopening() {
        EventLog log = open();
        Transaction transaction = Transaction.start()
                .append("a", events(2))
                .append("b", events(1))
                .withIdempotencyKey("t1");
        TransactionResult first = get(log.commit(transaction));
        log = reopen(log);
        assertThat(readAll(log.stream("a"))).extracting(Event::position).containsExactly(1L, 2L);
        assertThat(readAll(log.stream("b"))).extracting(Event::position).containsExactly(3L);
        TransactionResult second = get(log.commit(transaction));
        assertThat(second.replayed()).isTrue();
        assertThat(second.position()).isEqualTo(first.position());
        assertMarks(log.stream("a"), 1, 2);
    }

    @Test
    final void anEmptyTransactionIsRefusedAtTheCall() {
        EventLog log = open();
        assertThatIllegalArgumentException().isThrownBy(() -> log.commit(Transaction.start()));
        assertThat(get(log.commit(Transaction.start().append("a", events(1)))).position())
                .isEqualTo(1);
    }

    @Test
    final void aStreamNamedTwiceIsRefusedAtTheCall() {
        EventLog log = open();
        Transaction once = Transaction.start().append("a", events(1));
        assertThatIllegalArgumentException().isThrownBy(() -> once.append("a", events(1)));
        assertThat(get(log.commit(once)).position()).isEqualTo(1);
    }

    @Test
    final void nothingHappensBeforeSubscribing() {
        EventLog log = open();
        Mono<TransactionResult> commit = log.commit(Transaction.start().append("a", events(1)));
        failure(LogException.UnknownStream.class, log.stream("a").info());
        assertThat(get(commit).position()).isEqualTo(1);
    }
}
