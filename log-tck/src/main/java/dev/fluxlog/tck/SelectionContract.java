package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.StreamSignal.CaughtUp;
import dev.fluxlog.StreamSignal.Gap;
import dev.fluxlog.Transaction;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What following many streams at once promises: the order of commit, and one number to resume from. */
public abstract class SelectionContract extends LogContract {
    private static final Duration SHORT = Duration.ofMillis(50);

    /** The name under which the order of commit is spoken of. */
    private static final String ALL = "$all";

    /** Thirty appends of one to three events over five streams and three types. */
    private void fill(EventLog log) {
        all(Flux.range(0, 30)
                .concatMap(i -> log.stream(i % 2 == 0 ? "even/" + i % 3 : "odd/" + i % 5 % 2)
                        .append(events(1 + i % 3).stream()
                                .map(event -> event.withType("t" + i % 3))
                                .toList())));
    }

    /** What there is, up to the tail. */
    private List<Event> stored(EventLog log, Selection selection, From from) {
        return all(log.signals(selection, from)
                .takeUntil(signal -> signal instanceof CaughtUp)
                .ofType(Event.class));
    }

    private static List<Long> positions(List<Event> events) {
        return events.stream().map(Event::position).toList();
    }

    private static boolean admits(Selection selection, Event event) {
        return event.stream().startsWith(selection.prefix())
                && (selection.streams().isEmpty() || selection.streams().contains(event.stream()))
                && (selection.types().isEmpty() || selection.types().contains(event.type()));
    }

    private static List<Selection> selections() {
        Selection all = Selection.all();
        return List.of(
                all,
                all.withPrefix("even/"),
                all.withPrefix("odd/"),
                all.withPrefix("nothing"),
                all.withStreams(Set.of("even/0", "odd/1", "never")),
                all.withTypes(Set.of("t1")),
                all.withTypes(Set.of("t0", "t2")).withPrefix("odd/"),
                all.withStreams(Set.of("even/0")).withPrefix("odd/"));
    }

    @Test
    @Proves({"STR-14", "SUB-22"})
    final void everyEventHasExactlyOnePlaceInTheOrderOfCommit() {
        EventLog log = open();
        fill(log);
        List<Event> seen = stored(log, Selection.all(), From.start());
        assertThat(positions(seen)).isEqualTo(range(1, 60));
        for (String name : List.of("even/0", "even/1", "even/2", "odd/0", "odd/1")) {
            assertThat(seen).filteredOn(event -> event.stream().equals(name)).isEqualTo(readAll(log.stream(name)));
        }
    }

    @Test
    @Proves("SUB-8")
    final void aSelectionByListPrefixAndTypeGivesExactlyWhatItAdmits() {
        EventLog log = open();
        fill(log);
        List<Event> everything = stored(log, Selection.all(), From.start());
        assertThat(everything).hasSize(60);
        for (Selection selection : selections()) {
            assertThat(stored(log, selection, From.start()))
                    .as(selection.toString())
                    .isEqualTo(everything.stream()
                            .filter(event -> admits(selection, event))
                            .toList());
        }
    }

    @Test
    @Proves({"SUB-8", "SUB-22"})
    final void aResumeUnderTheSameSelectionMissesAndRepeatsNothing() {
        EventLog log = open();
        fill(log);
        for (Selection selection : selections()) {
            List<Event> whole = stored(log, selection, From.start());
            for (int seen = 0; seen <= whole.size(); seen++) {
                long position = seen == 0 ? 0 : whole.get(seen - 1).position();
                assertThat(stored(log, selection, From.after(position))).isEqualTo(whole.subList(seen, whole.size()));
            }
        }
        assertThat(stored(log, Selection.all(), From.after(10))).hasSize(50);
    }

    @Test
    @Proves({"SUB-8", "SUB-22"})
    final void subscribingWhileFourWritersAppendMissesRepeatsAndReordersNothing() {
        EventLog log = open();
        fill(log);
        Random random = Seeds.random("selection while four writers append");
        AtomicBoolean enough = new AtomicBoolean();
        Mono<Long> writers = Flux.range(0, 4)
                .flatMap(writer -> Flux.range(1, Integer.MAX_VALUE)
                        .takeUntil(i -> enough.get())
                        .concatMap(i -> log.stream("s" + i % 3).append(event(i).withType("t" + i % 2)), 1)
                        .subscribeOn(Schedulers.boundedElastic()))
                .count();
        Selection selection = Selection.all().withTypes(Set.of("t1"));
        Mono<List<List<Event>>> subscribers = Flux.range(0, 100)
                .concatMap(
                        run -> {
                            long after = Math.max(0, log.status().position() - random.nextInt(60));
                            return log.subscribe(selection, From.after(after))
                                    .take(40)
                                    .collectList();
                        },
                        1)
                .collectList()
                .doFinally(end -> enough.set(true));
        List<List<Event>> seen = get(Mono.zip(subscribers, writers)).getT1();
        List<Event> whole = stored(log, selection, From.start());
        assertThat(seen).hasSize(100).allSatisfy(one -> {
            int at = positions(whole).indexOf(one.get(0).position());
            assertThat(one).as(Seeds.hint()).isEqualTo(whole.subList(at, at + 40));
        });
    }

    @Test
    @Proves("SUB-22")
    final void streamsThatComeLaterAreFollowedToo() {
        EventLog log = open();
        append(log.stream("a"), 1);
        StepVerifier.create(
                        log.subscribe(Selection.all(), From.start()).map(event -> event.stream() + event.sequence()))
                .expectNext("a1")
                .then(() -> append(log.stream("b"), 2))
                .expectNext("b1", "b2")
                .then(() -> get(
                        log.commit(Transaction.start().append("c", events(1)).append("a", events(1)))))
                .expectNext("c1", "a2")
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves({"SUB-5", "SUB-22"})
    final void caughtUpComesOnceWithThePosition() {
        EventLog log = open();
        append(log.stream("a"), 2);
        append(log.stream("b"), 1);
        StepVerifier.create(log.signals(Selection.all().withPrefix("a"), From.start())
                        .map(signal -> signal instanceof Event event ? (Object) event.position() : signal))
                .expectNext(1L, 2L, new CaughtUp(ALL, 3))
                .then(() -> append(log.stream("b"), 1))
                .then(() -> append(log.stream("a"), 1))
                .expectNext(5L)
                .expectNoEvent(SHORT)
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves({"SUB-8", "SUB-22"})
    final void whoSelectsLittleIsToldHowFarItHasCome() {
        EventLog log = open();
        append(log.stream("wanted"), 1);
        for (int i = 0; i < 25; i++) {
            append(log.stream("other"), 100);
            if (i == 11) {
                append(log.stream("wanted"), 1);
            }
        }
        for (Selection selection :
                List.of(Selection.all().withPrefix("wanted"), Selection.all().withTypes(Set.of("none")))) {
            List<StreamSignal> signals =
                    all(log.signals(selection, From.start()).takeUntil(signal -> signal instanceof CaughtUp));
            List<Long> told = signals.stream()
                    .map(signal -> signal instanceof Event event
                            ? event.position()
                            : signal instanceof StreamSignal.Passed passed
                                    ? passed.position()
                                    : ((CaughtUp) signal).sequence())
                    .toList();
            long before = 0;
            for (long position : told) {
                assertThat(position - before).isBetween(0L, StreamSignal.PASSED_EVERY + 100L);
                before = position;
            }
            assertThat(signals)
                    .filteredOn(StreamSignal.Passed.class::isInstance)
                    .hasSizeBetween(2, 3);
            for (long position : told) {
                assertThat(stored(log, selection, From.after(position)))
                        .isEqualTo(stored(log, selection, From.start()).stream()
                                .filter(event -> event.position() > position)
                                .toList());
            }
        }
    }

    @Test
    @Proves("SUB-22")
    final void everyPlaceHasItsFirstEvent() {
        ManualClock clock = new ManualClock(Instant.EPOCH);
        EventLog log = open(LogOptions.defaults().withClock(clock));
        for (int i = 0; i < 10; i++) {
            clock.set(Instant.ofEpochSecond(i));
            append(log.stream("s" + i % 2), 1);
        }
        assertThat(positions(stored(log, Selection.all(), From.start()))).isEqualTo(range(1, 10));
        assertThat(positions(stored(log, Selection.all(), From.after(0)))).isEqualTo(range(1, 10));
        assertThat(positions(stored(log, Selection.all(), From.last(3)))).isEqualTo(range(8, 10));
        assertThat(positions(stored(log, Selection.all(), From.at(Instant.ofEpochSecond(6)))))
                .isEqualTo(range(7, 10));
        assertThat(stored(log, Selection.all(), From.tail())).isEmpty();
    }

    @Test
    @Proves({"SUB-4", "SUB-22"})
    final void aPlaceAboveThePositionIsAhead() {
        EventLog log = open();
        append(log.stream("a"), 3);
        LogException.Ahead ahead = failure(LogException.Ahead.class, log.subscribe(Selection.all(), From.after(4)));
        assertThat(ahead.stream()).isEqualTo(ALL);
        assertThat(ahead.requested()).isEqualTo(4);
        assertThat(ahead.highWaterMark()).isEqualTo(3);
    }

    @Test
    @Proves({"SUB-14", "SUB-22"})
    final void whatWasTrimmedBehindAKnownPlaceIsAGapThatNamesItsStream() {
        EventLog log = open();
        append(log.stream("a"), 4);
        append(log.stream("b"), 2);
        append(log.stream("a"), 2);
        get(log.stream("a").trim(3));
        StepVerifier.create(log.signals(Selection.all(), From.after(1))
                        .map(signal -> signal instanceof Event event ? (Object) event.position() : signal))
                .expectNext(new Gap("a", 2, 3), 4L, 5L, 6L, 7L, 8L, new CaughtUp(ALL, 8))
                .thenCancel()
                .verify(patience());
        LogException.Trimmed trimmed =
                failure(LogException.Trimmed.class, log.subscribe(Selection.all(), From.after(1)));
        assertThat(trimmed.stream()).isEqualTo("a");
        assertThat(trimmed.requested()).isEqualTo(2);
        assertThat(trimmed.lowWaterMark()).isEqualTo(4);
    }

    @Test
    @Proves({"SUB-14", "SUB-22"})
    final void aDeletedStreamIsAGapAlsoWhenItsNameIsUsedAgain() {
        EventLog log = open();
        append(log.stream("a"), 2);
        append(log.stream("b"), 1);
        done(log.stream("a").delete());
        append(log.stream("a"), 1);
        List<StreamSignal> signals =
                all(log.signals(Selection.all(), From.after(0)).takeUntil(signal -> signal instanceof CaughtUp));
        assertThat(signals).first().isEqualTo(new Gap("a", 1, 2));
        assertThat(signals.stream().filter(Event.class::isInstance).map(signal -> ((Event) signal).position()))
                .containsExactly(3L, 4L);
    }

    @Test
    @Proves("SUB-22")
    final void whoAsksForWhatThereIsGetsWhatIsLeft() {
        EventLog log = open();
        append(log.stream("a"), 4);
        append(log.stream("b"), 1);
        get(log.stream("a").trim(2));
        assertThat(positions(all(log.subscribe(Selection.all(), From.start()).take(3))))
                .isEqualTo(range(3, 5));
        assertThat(all(log.signals(Selection.all(), From.start()).take(4))).noneMatch(signal -> signal instanceof Gap);
    }

    @Test
    @Proves("SUB-12")
    final void neverMoreEventsThanRequested() {
        EventLog log = open();
        fill(log);
        StepVerifier.create(log.subscribe(Selection.all(), From.start()), 0)
                .expectSubscription()
                .expectNoEvent(SHORT)
                .thenRequest(1)
                .expectNextCount(1)
                .expectNoEvent(SHORT)
                .thenRequest(20)
                .expectNextCount(20)
                .expectNoEvent(SHORT)
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves("STR-15")
    final void closingEndsWhoFollows() {
        EventLog log = open();
        append(log.stream("a"), 1);
        StepVerifier.create(log.subscribe(Selection.all(), From.start()))
                .expectNextCount(1)
                .then(() -> done(log.close()))
                .expectError(LogException.Closed.class)
                .verify(patience());
        failure(LogException.Closed.class, log.subscribe(Selection.all(), From.start()));
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves({"STR-14", "SUB-22"})
    final void theOrderAndThePlacesAreTheSameAfterReopening() {
        EventLog log = open();
        fill(log);
        List<Event> before = stored(log, Selection.all(), From.start());
        log = reopen(log);
        assertThat(stored(log, Selection.all(), From.start())).isEqualTo(before);
        assertThat(stored(log, Selection.all(), From.after(33))).isEqualTo(before.subList(33, 60));
        append(log.stream("even/0"), 1);
        assertThat(positions(stored(log, Selection.all(), From.after(60)))).containsExactly(61L);
    }
}
