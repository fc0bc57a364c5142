package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Beginning;
import dev.fluxlog.Creation;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ForkPoint;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.Producer;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.spec.Proves;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** What a fork promises: it reads like a copy, is none, and stays readable whatever becomes of its source. */
public abstract class ForkContract extends LogContract {

    private EventStream fork(EventLog log, String source, String target, long through) {
        Creation creation = get(log.stream(source).fork(target, through));
        assertThat(creation.created()).isTrue();
        assertThat(creation.info().forkedFrom()).isEqualTo(new ForkPoint(source, through));
        return log.stream(target);
    }

    private void assertReads(EventStream stream, String... texts) {
        List<Event> events = readAll(stream);
        assertThat(events).extracting(LogContract::text).containsExactly(texts);
        assertThat(events).allSatisfy(event -> assertThat(event.stream()).isEqualTo(stream.name()));
        long low = get(stream.info()).lowWaterMark();
        assertThat(sequences(events)).isEqualTo(range(low, low + texts.length - 1));
        assertThat(sequences(all(stream.read(ReadOptions.backward(From.tail())))))
                .isEqualTo(falling(low + texts.length - 1, low));
    }

    @Test
    @Proves("STR-40")
    final void aForkReadsTheSharedEventsAndThenItsOwn() {
        EventLog log = open();
        append(log.stream("s"), 3);
        EventStream fork = fork(log, "s", "f", 2);
        assertMarks(fork, 1, 2);
        assertReads(fork, "e1", "e2");
        assertThat(get(fork.append(event("own")))).isEqualTo(new AppendResult("f", 3, 3, 4, false));
        append(log.stream("s"), 1);
        assertReads(fork, "e1", "e2", "own");
        assertReads(log.stream("s"), "e1", "e2", "e3", "e1");
        assertThat(all(log.subscribe(Selection.all(), From.start()).take(5)))
                .extracting(Event::stream)
                .containsExactly("s", "s", "s", "f", "s");
    }

    @Test
    @Proves("STR-40")
    final void aForkCanShareNothingOrAllAndHasTheSettingsOfItsSource() {
        EventLog log = open();
        StreamSettings settings = StreamSettings.defaults().withContentType("text/plain");
        get(log.stream("s").create(settings));
        append(log.stream("s"), 2);
        assertReads(fork(log, "s", "none", 0));
        assertReads(fork(log, "s", "all", 2), "e1", "e2");
        assertThat(get(log.stream("none").info()).settings()).isEqualTo(settings);
        get(log.stream("none").append(event("x")));
        assertReads(log.stream("none"), "x");
    }

    @Test
    @Proves("STR-40")
    final void aSubscriberOfAForkCrossesTheForkPointAndHearsNothingOfTheSource() {
        EventLog log = open();
        append(log.stream("s"), 3);
        EventStream fork = fork(log, "s", "f", 2);
        StepVerifier.create(fork.subscribe(From.start()).map(LogContract::text))
                .expectNext("e1", "e2")
                .then(() -> append(log.stream("s"), 2))
                .then(() -> get(fork.append(event("own"))))
                .expectNext("own")
                .then(() -> get(fork.seal()))
                .expectComplete()
                .verify(patience());
        append(log.stream("s"), 1);
    }

    @Test
    @Proves("STR-40")
    final void forksOfForksReadThroughTheWholeLine() {
        EventLog log = open();
        get(log.stream("a").append(List.of(event("a1"), event("a2"), event("a3"))));
        EventStream b = fork(log, "a", "b", 2);
        get(b.append(List.of(event("b3"), event("b4"))));
        EventStream c = fork(log, "b", "c", 3);
        get(c.append(event("c4")));
        EventStream early = fork(log, "c", "early", 1);
        assertReads(c, "a1", "a2", "b3", "c4");
        assertReads(early, "a1");
        done(log.stream("a").delete());
        done(b.delete());
        assertReads(c, "a1", "a2", "b3", "c4");
        done(c.delete());
        assertReads(early, "a1");
    }

    @Test
    @Proves("STR-41")
    final void deletingOrTrimmingTheSourceLeavesTheForkReadable() {
        EventLog log = open();
        append(log.stream("s"), 4);
        EventStream fork = fork(log, "s", "f", 3);
        get(log.stream("s").trim(4));
        append(log.stream("other"), 1);
        assertReads(fork, "e1", "e2", "e3");
        done(log.stream("s").delete());
        append(log.stream("other"), 1);
        assertReads(fork, "e1", "e2", "e3");
        assertThat(failure(LogException.UnknownStream.class, log.stream("s").info())
                        .shared())
                .isTrue();
        get(log.stream("s").append(event("again")));
        assertReads(log.stream("s"), "again");
        assertReads(fork, "e1", "e2", "e3");
    }

    @Test
    @Proves("STR-41")
    final void trimmingOrDeletingAForkLeavesTheSourceReadable() {
        EventLog log = open();
        append(log.stream("s"), 3);
        EventStream fork = fork(log, "s", "f", 3);
        append(fork, 1);
        get(fork.trim(2));
        assertReads(fork, "e3", "e1");
        failure(LogException.Trimmed.class, fork.read(ReadOptions.forward(From.after(0))));
        done(fork.delete());
        assertReads(log.stream("s"), "e1", "e2", "e3");
        append(fork, 1);
        assertMarks(fork, 5, 5);
        assertThat(get(fork.info()).forkedFrom()).isEqualTo(ForkPoint.none());
    }

    @Test
    @Proves("STR-41")
    final void aDeletedSourceIsToldApartUntilItsLastForkGoes() {
        EventLog log = open();
        append(log.stream("a"), 1);
        fork(log, "a", "b", 1);
        fork(log, "b", "c", 1);
        done(log.stream("a").delete());
        done(log.stream("b").delete());
        for (String name : List.of("a", "b")) {
            assertThat(failure(
                                    LogException.UnknownStream.class,
                                    log.stream(name).info())
                            .shared())
                    .isTrue();
            failure(LogException.UnknownStream.class, log.stream(name).fork("d", 0));
        }
        done(log.stream("c").delete());
        for (String name : List.of("a", "b", "c")) {
            assertThat(failure(
                                    LogException.UnknownStream.class,
                                    log.stream(name).info())
                            .shared())
                    .isFalse();
        }
    }

    @Test
    @Proves("STR-40")
    final void aForkPointOutsideTheSourceIsRefused() {
        EventLog log = open();
        append(log.stream("s"), 4);
        get(log.stream("s").trim(2));
        failure(LogException.Ahead.class, log.stream("s").fork("f", 5));
        failure(LogException.Trimmed.class, log.stream("s").fork("f", 1));
        failure(LogException.UnknownStream.class, log.stream("missing").fork("f", 0));
        failure(LogException.UnknownStream.class, log.stream("f").info());
        EventStream empty = fork(log, "s", "empty", 2);
        assertMarks(empty, 3, 2);
        append(empty, 1);
        assertMarks(empty, 3, 3);
    }

    @Test
    @Proves({"STR-24", "STR-40"})
    final void aNameThatGaveItsNumbersToOtherEventsCannotBecomeAFork() {
        EventLog log = open();
        append(log.stream("s"), 4);
        append(log.stream("f"), 2);
        assertThat(get(log.stream("s").fork("f", 1)).created()).isFalse();
        done(log.stream("f").delete());
        LogException.Conflict conflict =
                failure(LogException.Conflict.class, log.stream("s").fork("f", 1));
        assertThat(conflict.stream()).isEqualTo("f");
        assertThat(conflict.actual()).isEqualTo(2);
    }

    @Test
    @Proves("STR-40")
    final void aForkKnowsNoProducersOfItsSourceAndIsOpenWhenThatIsSealed() {
        EventLog log = open();
        AppendOptions numbered = AppendOptions.defaults().withProducer(new Producer("p", 5, 0));
        get(log.stream("s").append(events(1), numbered.withOrdinal("z").thenSeal()));
        EventStream fork = fork(log, "s", "f", 1);
        AppendOptions fresh = AppendOptions.defaults().withProducer(new Producer("p", 0, 0));
        assertThat(get(fork.append(events(1), fresh.withOrdinal("a"))).replayed())
                .isFalse();
        assertReads(fork, "e1", "e1");
    }

    @Test
    @Proves("STR-40")
    final void aForkBeginsWithEventsAndASealInOneCommit() {
        EventLog log = open();
        append(log.stream("s"), 2);
        Beginning beginning = Beginning.with(StreamSettings.defaults())
                .withFork(new ForkPoint("s", 1))
                .withEvents(List.of(event("own")))
                .thenSeal();
        assertThat(get(log.stream("f").create(beginning)).info().sealed()).isTrue();
        assertReads(log.stream("f"), "e1", "own");
        assertThat(get(log.stream("f").create(beginning)).created()).isFalse();
        assertReads(log.stream("f"), "e1", "own");
    }

    @Test
    @Proves("STR-40")
    final void theDepthOfForksIsBounded() {
        EventLog log = open();
        append(log.stream("f0"), 1);
        for (int i = 1; i <= ForkPoint.DEPTH_MAX; i++) {
            get(log.stream("f" + (i - 1)).fork("f" + i, 1));
        }
        EventStream last = log.stream("f" + ForkPoint.DEPTH_MAX);
        assertReads(last, "e1");
        failure(LogException.LimitExceeded.class, last.fork("deeper", 1));
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves({"STR-40", "STR-41"})
    final void forksAreTheSameAfterRestarts() {
        EventLog log = open();
        append(log.stream("a"), 3);
        EventStream b = fork(log, "a", "b", 2);
        get(b.append(event("b3")));
        EventStream c = fork(log, "b", "c", 3);
        get(c.append(event("c4")));
        log = reopen(log);
        done(log.stream("a").delete());
        done(log.stream("b").delete());
        log = reopen(log);
        append(log.stream("other"), 1);
        log = reopen(log);
        assertReads(log.stream("c"), "e1", "e2", "b3", "c4");
        assertThat(get(log.stream("c").info()).forkedFrom()).isEqualTo(new ForkPoint("b", 3));
        assertThat(failure(LogException.UnknownStream.class, log.stream("a").info())
                        .shared())
                .isTrue();
        done(log.stream("c").delete());
        log = reopen(log);
        assertThat(failure(LogException.UnknownStream.class, log.stream("a").info())
                        .shared())
                .isFalse();
    }
}
