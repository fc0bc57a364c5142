package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogOptions;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.spec.Proves;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What time means to a log: it is told, it is looked for, and its steps disturb nothing. */
public abstract class ClockContract extends LogContract {
    private static final Instant NOON = Instant.parse("2026-03-29T12:00:00.123456Z");

    private final ManualClock clock = new ManualClock(NOON);

    private EventLog opened() {
        return open(LogOptions.defaults().withClock(clock));
    }

    private List<Instant> appendAt(EventStream stream, List<Instant> times) {
        for (Instant time : times) {
            clock.set(time);
            append(stream, 1);
        }
        return times;
    }

    private List<Long> from(EventStream stream, Instant time) {
        return sequences(all(stream.read(ReadOptions.forward(From.at(time)))));
    }

    @Test
    final void anEventHasTheTimeOfTheLogsClockInMicroseconds() {
        EventStream stream = opened().stream("a");
        clock.set(NOON.plusNanos(1_789));
        append(stream, 1);
        assertThat(readAll(stream)).extracting(Event::time).containsExactly(NOON.plusNanos(1_000));
    }

    @Test
    @Proves("OWN-12")
    final void stepsOfTheClockDisturbNeitherOrderNorNumbers() {
        EventStream stream = opened().stream("a");
        List<Instant> times = appendAt(
                stream,
                List.of(
                        Instant.ofEpochMilli(-1),
                        Instant.EPOCH,
                        NOON,
                        NOON.minus(2, ChronoUnit.DAYS),
                        NOON.plus(20_000, ChronoUnit.DAYS),
                        NOON.plusSeconds(1),
                        Instant.ofEpochSecond(-86_400),
                        Instant.EPOCH.plusNanos(1_000)));
        List<Event> events = readAll(stream);
        assertThat(sequences(events)).isEqualTo(range(1, 8));
        assertThat(events).extracting(Event::position).isEqualTo(range(1, 8));
        assertThat(events).extracting(Event::time).isEqualTo(times);
        assertThat(sequences(all(stream.read(ReadOptions.backward(From.tail())))))
                .isEqualTo(falling(8, 1));
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("OWN-12")
    final void aClockThatIsWrongAcrossReopeningDisturbsNothing() {
        clock.set(NOON.plus(9_000, ChronoUnit.DAYS));
        EventLog log = opened();
        append(log.stream("a"), 3);
        for (Instant time : List.of(Instant.ofEpochMilli(-1), Instant.EPOCH, NOON)) {
            clock.set(time);
            log = reopen(log);
            append(log.stream("a"), 2);
        }
        List<Event> events = readAll(reopen(log).stream("a"));
        assertThat(sequences(events)).isEqualTo(range(1, 9));
        assertThat(events.get(3).time()).isEqualTo(Instant.ofEpochMilli(-1));
        assertThat(events.get(8).time()).isEqualTo(NOON);
    }

    @Test
    @Proves({"STR-22", "SUB-13"})
    final void aTimeBeforeInsideAndAfterTheStoredRangeHasItsFirstEvent() {
        EventStream stream = opened().stream("a");
        appendAt(stream, List.of(NOON, NOON.plusSeconds(10), NOON.plusSeconds(10), NOON.plusSeconds(20)));
        assertThat(from(stream, NOON.minusSeconds(1))).isEqualTo(range(1, 4));
        assertThat(from(stream, NOON)).isEqualTo(range(1, 4));
        assertThat(from(stream, NOON.plusNanos(1_000))).isEqualTo(range(2, 4));
        assertThat(from(stream, NOON.plusSeconds(10))).isEqualTo(range(2, 4));
        assertThat(from(stream, NOON.plusSeconds(20))).containsExactly(4L);
        assertThat(from(stream, NOON.plusSeconds(21))).isEmpty();
        assertThat(from(stream, Instant.MIN)).isEqualTo(range(1, 4));
        assertThat(from(stream, Instant.MAX)).isEmpty();
    }

    @Test
    @Proves({"STR-22", "SUB-13"})
    final void aTimeOnATrimmedStreamBeginsWithinWhatIsLeft() {
        EventStream stream = opened().stream("a");
        appendAt(stream, List.of(NOON, NOON.plusSeconds(10), NOON.plusSeconds(20), NOON.plusSeconds(30)));
        get(stream.trim(2));
        assertThat(from(stream, NOON)).isEqualTo(range(3, 4));
        assertThat(from(stream, NOON.plusSeconds(25))).containsExactly(4L);
        assertThat(from(stream, NOON.plusSeconds(31))).isEmpty();
    }

    @Test
    @Proves({"STR-22", "SUB-13"})
    final void aSubscriberFollowsFromATime() {
        EventStream stream = opened().stream("a");
        appendAt(stream, List.of(NOON, NOON.plusSeconds(10), NOON.plusSeconds(20)));
        assertThat(sequences(all(stream.subscribe(From.at(NOON.plusSeconds(5))).take(2))))
                .isEqualTo(range(2, 3));
        assertThat(sequences(all(stream.subscribe(From.at(NOON.minusSeconds(5))).take(3))))
                .isEqualTo(range(1, 3));
    }

    @Test
    @Proves("STR-22")
    final void theFirstEventInOrderOfSequenceIsFoundAlsoWhenTheClockSteppedBack() {
        EventStream stream = opened().stream("a");
        List<Instant> times = appendAt(
                stream,
                LongStream.of(100, 200, 50, 60, 150, 300, 10, 20, 250)
                        .mapToObj(NOON::plusSeconds)
                        .toList());
        for (long second = 0; second <= 310; second += 10) {
            assertFirst(stream, times, NOON.plusSeconds(second));
        }
    }

    @Test
    @Proves("STR-22")
    final void theFirstEventIsFoundForAnyTimesOfTheClock() {
        Random random = Seeds.random("theFirstEventIsFoundForAnyTimesOfTheClock");
        EventLog log = opened();
        for (int round = 0; round < 5; round++) {
            EventStream stream = log.stream("s" + round);
            List<Instant> times = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                times.add(NOON.plusSeconds(i * 10L - random.nextInt(80)));
            }
            appendAt(stream, times);
            for (int i = 0; i < 40; i++) {
                assertFirst(stream, times, NOON.plusSeconds(random.nextInt(700) - 50));
            }
        }
    }

    private void assertFirst(EventStream stream, List<Instant> times, Instant time) {
        int first = 0;
        while (first < times.size() && times.get(first).isBefore(time)) {
            first++;
        }
        assertThat(from(stream, time)).as("from %s, %s", time, Seeds.hint()).isEqualTo(range(first + 1, times.size()));
    }
}
