package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.spec.Proves;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** What an idempotency key promises: a repeated append is answered, not written. */
public abstract class IdempotencyContract extends LogContract {

    private static AppendOptions keyed(String key) {
        return AppendOptions.defaults().withIdempotencyKey(key);
    }

    private static AppendResult replayOf(AppendResult first) {
        return new AppendResult(first.stream(), first.first(), first.last(), first.position(), true);
    }

    @Test
    @Proves("STR-9")
    final void aRepeatGivesTheFirstResultAndWritesNothing() {
        EventStream stream = open().stream("a");
        append(stream, 2);
        AppendResult first = get(stream.append(events(3), keyed("k")));
        assertThat(first).isEqualTo(new AppendResult("a", 3, 5, 5, false));
        append(stream, 2);
        assertThat(get(stream.append(events(3), keyed("k")))).isEqualTo(replayOf(first));
        assertThat(get(stream.append(events(3), keyed("k")))).isEqualTo(replayOf(first));
        assertMarks(stream, 1, 7);
    }

    @Test
    @Proves("STR-9")
    final void aRepeatIsAnsweredBeforeItsExpectationIsChecked() {
        EventStream stream = open().stream("a");
        AppendOptions options = keyed("k").withExpected(ExpectedSequence.noStream());
        AppendResult first = get(stream.append(events(1), options));
        assertThat(get(stream.append(events(1), options))).isEqualTo(replayOf(first));
    }

    @Test
    @Proves("STR-9")
    final void aRepeatOnASealedStreamIsAnswered() {
        EventStream stream = open().stream("a");
        AppendOptions options = keyed("k").thenSeal();
        AppendResult first = get(stream.append(events(2), options));
        assertThat(get(stream.append(events(2), options))).isEqualTo(replayOf(first));
    }

    @Test
    @Proves("STR-9")
    final void otherContentUnderTheSameKeyIsAMismatch() {
        EventStream stream = open().stream("a");
        get(stream.append(events(2), keyed("k")));
        List<List<NewEvent>> others = List.of(
                events(1),
                events(3),
                List.of(event("e1"), event("other")),
                List.of(event("e1"), event("e2").withType("t")),
                List.of(event("e1"), event("e2").withKey("k")),
                List.of(event("e1"), event("e2").withHeader("h", "v")));
        for (List<NewEvent> other : others) {
            LogException.IdempotencyMismatch mismatch =
                    failure(LogException.IdempotencyMismatch.class, stream.append(other, keyed("k")));
            assertThat(mismatch.stream()).isEqualTo("a");
            assertThat(mismatch.key()).isEqualTo("k");
        }
        assertMarks(stream, 1, 2);
    }

    @Test
    @Proves("STR-9")
    final void whereInATraceAnAppendWasMadeIsNoPartOfWhatItSays() {
        EventStream stream = open().stream("a");
        AppendResult first = get(stream.append(traced("00-1-2-01", "a=1"), keyed("k")));
        assertThat(get(stream.append(traced("00-1-3-00", "b=22"), keyed("k")))).isEqualTo(replayOf(first));
        assertThat(get(stream.append(List.of(event("e").withHeader("u", "v")), keyed("k"))))
                .isEqualTo(replayOf(first));
        List<NewEvent> other = List.of(event("e").withHeader("u", "w").withHeader("traceparent", "00-1-2-01"));
        failure(LogException.IdempotencyMismatch.class, stream.append(other, keyed("k")));
        assertMarks(stream, 1, 1);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-9")
    final void whereInATraceAnAppendWasMadeIsNoPartOfWhatItSaysAfterReopeningEither() {
        EventLog log = open();
        AppendResult first = get(log.stream("a").append(traced("00-1-2-01", "a=1"), keyed("k")));
        log = reopen(log);
        assertThat(get(log.stream("a").append(traced("00-1-3-00", "b=22"), keyed("k"))))
                .isEqualTo(replayOf(first));
    }

    private static List<NewEvent> traced(String parent, String state) {
        return List.of(event("e")
                .withHeader("traceparent", parent)
                .withHeader("u", "v")
                .withHeader("tracestate", state));
    }

    @Test
    @Proves("STR-9")
    final void repeatsAtTheSameTimeWriteOnce() {
        EventStream stream = open().stream("a");
        for (int round = 0; round < 20; round++) {
            AppendOptions options = keyed("round " + round);
            List<AppendResult> results = all(Flux.range(0, 10)
                    .flatMap(i -> stream.append(events(2), options).subscribeOn(Schedulers.parallel()), 10));
            assertThat(results)
                    .hasSize(10)
                    .filteredOn(result -> !result.replayed())
                    .hasSize(1);
            assertThat(results).extracting(AppendResult::first).containsOnly(round * 2L + 1);
            assertThat(results).extracting(AppendResult::last).containsOnly(round * 2L + 2);
        }
        assertMarks(stream, 1, 40);
    }

    @Test
    @Proves("STR-9")
    final void aKeyIsKnownInItsStreamOnly() {
        EventLog log = open();
        get(log.stream("a").append(events(1), keyed("k")));
        assertThat(get(log.stream("b").append(events(2), keyed("k"))).replayed())
                .isFalse();
        assertMarks(log.stream("b"), 1, 2);
    }

    @Test
    @Proves("STR-9")
    final void aRefusedAppendDoesNotUseItsKeyUp() {
        EventStream stream = open().stream("a");
        failure(
                LogException.Conflict.class,
                stream.append(events(1), keyed("k").withExpected(ExpectedSequence.exactly(9))));
        assertThat(get(stream.append(events(1), keyed("k")))).isEqualTo(new AppendResult("a", 1, 1, 1, false));
    }

    @Test
    @Proves("STR-9")
    final void howManyKeysAreKnownIsBounded() {
        EventStream stream = open(LogOptions.defaults().withIdempotencyEventsMax(10)).stream("a");
        get(stream.append(List.of(event("x")), keyed("k")));
        append(stream, 9);
        assertThat(get(stream.append(List.of(event("x")), keyed("k"))).replayed())
                .isTrue();
        append(stream, 1);
        AppendResult again = get(stream.append(List.of(event("x")), keyed("k")));
        assertThat(again).isEqualTo(new AppendResult("a", 12, 12, 12, false));
    }

    @Test
    @Proves("STR-9")
    final void aTrimmedKeyIsForgotten() {
        EventStream stream = open().stream("a");
        get(stream.append(events(1), keyed("k")));
        get(stream.append(events(1), keyed("l")));
        get(stream.trim(1));
        assertThat(get(stream.append(events(1), keyed("l"))).replayed()).isTrue();
        assertThat(get(stream.append(events(1), keyed("k"))).first()).isEqualTo(3);
    }

    @Test
    @Proves("STR-9")
    final void aRecreatedStreamKnowsNoOldKeys() {
        EventStream stream = open().stream("a");
        get(stream.append(events(1), keyed("k")));
        done(stream.delete());
        assertThat(get(stream.append(events(1), keyed("k")))).isEqualTo(new AppendResult("a", 2, 2, 2, false));
    }

    @Test
    @Proves("STR-9")
    final void keysBeyondTheMemoryBoundAreReadFromTheJournalAgain() {
        EventLog log = open(LogOptions.defaults().withIdempotencyKeysMax(4));
        for (int i = 0; i < 30; i++) {
            get(log.stream("s" + i % 10).append(List.of(event(i)), keyed("k" + i)));
        }
        for (int i = 0; i < 30; i++) {
            AppendResult repeat = get(log.stream("s" + i % 10).append(List.of(event(i)), keyed("k" + i)));
            assertThat(repeat).isEqualTo(new AppendResult("s" + i % 10, i / 10 + 1, i / 10 + 1, i + 1, true));
        }
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-9")
    final void aRepeatAfterReopeningGivesTheFirstResult() {
        EventLog log = open();
        AppendOptions options = keyed("k").withExpected(ExpectedSequence.exactly(2));
        append(log.stream("a"), 2);
        AppendResult first = get(log.stream("a").append(events(3), options));
        append(log.stream("a"), 5);
        log = reopen(log);
        assertThat(get(log.stream("a").append(events(3), options))).isEqualTo(replayOf(first));
        failure(LogException.IdempotencyMismatch.class, log.stream("a").append(events(4), options));
        assertMarks(log.stream("a"), 1, 10);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-9")
    final void theBoundOfKnownKeysIsTheSameAfterReopening() {
        EventLog log = open(LogOptions.defaults().withIdempotencyEventsMax(10));
        get(log.stream("a").append(events(1), keyed("old")));
        get(log.stream("a").append(events(1), keyed("known")));
        append(log.stream("a"), 9);
        log = reopen(log);
        assertThat(get(log.stream("a").append(events(1), keyed("known"))).replayed())
                .isTrue();
        assertThat(get(log.stream("a").append(events(1), keyed("old"))).first()).isEqualTo(12);
    }

    @Test
    @Proves({"STR-9", "OWN-9"})
    final void anAppendThatTimedOutIsLookedUpByItsKey() {
        EventStream stream = open().stream("a");
        append(stream, 1);
        for (int i = 0; i < 50; i++) {
            String key = "k" + i;
            // Cancelled at some moment between not begun and done: the repeat finds out which.
            stream.append(events(2), keyed(key)).subscribe().dispose();
            AppendResult found = get(stream.append(events(2), keyed(key)));
            assertThat(found.last() - found.first()).isEqualTo(1);
            assertThat(get(stream.append(events(2), keyed(key)))).isEqualTo(replayOf(found));
        }
        assertMarks(stream, 1, 101);
    }

    @Test
    @Proves("STR-9")
    final void aKeyOfTheLargestSizeIsKept() {
        EventStream stream = open().stream("a");
        String key = "\u00e9".repeat(AppendOptions.KEY_BYTES_MAX / 2);
        AppendResult first = get(stream.append(events(1), keyed(key)));
        assertThat(get(stream.append(events(1), keyed(key)))).isEqualTo(replayOf(first));
    }
}
