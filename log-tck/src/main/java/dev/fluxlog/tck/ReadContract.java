package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What reading a stream up to its tail promises, forward and backward, from every kind of place. */
public abstract class ReadContract extends LogContract {
    private static final Duration SHORT = Duration.ofMillis(50);

    private List<Long> forward(EventStream stream, From from) {
        return sequences(all(stream.read(ReadOptions.forward(from))));
    }

    private List<Long> backward(EventStream stream, From from) {
        return sequences(all(stream.read(ReadOptions.backward(from))));
    }

    @Test
    @Proves("SUB-13")
    final void everyPlaceOfAFilledStreamHasItsFirstEvent() {
        EventStream stream = stream(open(), "filled", 10, 1);
        assertThat(forward(stream, From.start())).isEqualTo(range(1, 10));
        assertThat(forward(stream, From.after(0))).isEqualTo(range(1, 10));
        assertThat(forward(stream, From.after(4))).isEqualTo(range(5, 10));
        assertThat(forward(stream, From.after(10))).isEmpty();
        assertThat(forward(stream, From.last(3))).isEqualTo(range(8, 10));
        assertThat(forward(stream, From.last(0))).isEmpty();
        assertThat(forward(stream, From.last(Long.MAX_VALUE))).isEqualTo(range(1, 10));
        assertThat(forward(stream, From.tail())).isEmpty();
    }

    @Test
    @Proves("SUB-13")
    final void everyPlaceOfATrimmedStreamHasItsFirstEvent() {
        EventStream stream = stream(open(), "trimmed", 10, 6);
        assertThat(forward(stream, From.start())).isEqualTo(range(6, 10));
        assertThat(forward(stream, From.after(5))).isEqualTo(range(6, 10));
        assertThat(forward(stream, From.after(7))).isEqualTo(range(8, 10));
        assertThat(forward(stream, From.last(3))).isEqualTo(range(8, 10));
        assertThat(forward(stream, From.last(9))).isEqualTo(range(6, 10));
        assertThat(forward(stream, From.tail())).isEmpty();
        assertThat(forward(stream, From.at(Instant.EPOCH))).isEqualTo(range(6, 10));
    }

    @Test
    @Proves("SUB-13")
    final void aStreamWithoutEventsIsEmptyFromEveryPlace() {
        EventStream stream = open().stream("empty");
        get(stream.create(StreamSettings.defaults()));
        for (From from : List.of(From.start(), From.after(0), From.last(5), From.tail(), From.at(Instant.EPOCH))) {
            assertThat(forward(stream, from)).isEmpty();
            assertThat(backward(stream, from)).isEmpty();
        }
    }

    @Test
    @Proves("SUB-13")
    final void aStreamTrimmedToNothingIsEmptyFromEveryPlaceInIt() {
        EventStream stream = stream(open(), "nothing left", 5, 6);
        for (From from : List.of(From.start(), From.after(5), From.last(5), From.tail(), From.at(Instant.EPOCH))) {
            assertThat(forward(stream, from)).isEmpty();
            assertThat(backward(stream, from)).isEmpty();
        }
    }

    @Test
    @Proves({"SUB-13", "STR-24"})
    final void aRecreatedStreamBeginsAboveItsOldMark() {
        EventStream stream = recreated(open(), "again", 5);
        assertMarks(stream, 6, 5);
        assertThat(forward(stream, From.start())).isEmpty();
        append(stream, 3);
        assertThat(forward(stream, From.start())).isEqualTo(range(6, 8));
        assertThat(forward(stream, From.after(5))).isEqualTo(range(6, 8));
        assertThat(forward(stream, From.last(10))).isEqualTo(range(6, 8));
        assertThat(backward(stream, From.tail())).isEqualTo(falling(8, 6));
        LogException.Trimmed trimmed =
                failure(LogException.Trimmed.class, stream.read(ReadOptions.forward(From.after(3))));
        assertThat(trimmed.lowWaterMark()).isEqualTo(6);
    }

    @Test
    @Proves({"STR-5", "SUB-4"})
    final void aPlaceBelowTheLowWaterMarkIsTrimmed() {
        EventStream stream = stream(open(), "trimmed", 10, 6);
        for (long after = 0; after < 5; after++) {
            LogException.Trimmed trimmed =
                    failure(LogException.Trimmed.class, stream.read(ReadOptions.forward(From.after(after))));
            assertThat(trimmed.stream()).isEqualTo("trimmed");
            assertThat(trimmed.requested()).isEqualTo(after + 1);
            assertThat(trimmed.lowWaterMark()).isEqualTo(6);
            assertThat(trimmed.highWaterMark()).isEqualTo(10);
        }
    }

    @Test
    @Proves("SUB-4")
    final void aPlaceAboveTheHighWaterMarkIsAhead() {
        EventStream stream = stream(open(), "short", 10, 6);
        for (long after : new long[] {11, 12, Long.MAX_VALUE}) {
            LogException.Ahead ahead =
                    failure(LogException.Ahead.class, stream.read(ReadOptions.forward(From.after(after))));
            assertThat(ahead.stream()).isEqualTo("short");
            assertThat(ahead.requested()).isEqualTo(after);
            assertThat(ahead.lowWaterMark()).isEqualTo(6);
            assertThat(ahead.highWaterMark()).isEqualTo(10);
        }
    }

    @Test
    @Proves("SUB-4")
    final void aNegativePlaceIsRefusedAtTheCall() {
        assertThatIllegalArgumentException().isThrownBy(() -> From.after(-1)).withMessageContaining("-1");
        assertThatIllegalArgumentException().isThrownBy(() -> From.last(-1)).withMessageContaining("-1");
        assertThat(forward(stream(open(), "a", 1, 1), From.after(0))).containsExactly(1L);
    }

    @Test
    final void aStreamThatIsNotThereIsUnknown() {
        EventLog log = open();
        EventStream gone = stream(log, "gone", 3, 1);
        done(gone.delete());
        for (EventStream stream : List.of(log.stream("never"), gone)) {
            for (ReadOptions options : List.of(
                    ReadOptions.forward(From.start()),
                    ReadOptions.forward(From.tail()),
                    ReadOptions.backward(From.tail()))) {
                assertThat(failure(LogException.UnknownStream.class, stream.read(options)).stream())
                        .isEqualTo(stream.name());
            }
        }
    }

    @Test
    @Proves("STR-21")
    final void backwardIsTheReverseOfForward() {
        EventStream stream = stream(open(), "both", 20, 6);
        List<Event> forward = all(stream.read(ReadOptions.forward(From.start())));
        List<Event> backward = all(stream.read(ReadOptions.backward(From.tail())));
        assertThat(forward).hasSize(15);
        assertThat(backward)
                .containsExactlyElementsOf(IntStream.range(0, 15)
                        .mapToObj(i -> forward.get(14 - i))
                        .toList());
    }

    @Test
    @Proves("STR-21")
    final void backwardFromAnySequenceEndsAtTheLowWaterMark() {
        EventStream stream = stream(open(), "trimmed", 12, 4);
        for (long after = 3; after <= 12; after++) {
            assertThat(backward(stream, From.after(after))).isEqualTo(falling(after, 4));
        }
        assertThat(backward(stream, From.start())).isEmpty();
        assertThat(backward(stream, From.last(2))).isEqualTo(falling(10, 4));
    }

    @Test
    @Proves("STR-21")
    final void theLastEventsAreReadWithALimit() {
        EventStream stream = stream(open(), "long", 500, 1);
        assertThat(sequences(all(stream.read(ReadOptions.backward(From.tail()).withLimit(3)))))
                .containsExactly(500L, 499L, 498L);
        assertThat(sequences(all(stream.read(ReadOptions.forward(From.last(3))))))
                .isEqualTo(range(498, 500));
    }

    @Test
    final void aLimitEndsTheRead() {
        EventStream stream = stream(open(), "limited", 10, 1);
        for (int limit = 1; limit <= 12; limit++) {
            assertThat(sequences(
                            all(stream.read(ReadOptions.forward(From.after(2)).withLimit(limit)))))
                    .isEqualTo(range(3, Math.min(10, 2 + limit)));
        }
    }

    @Test
    final void aLimitBelowOneIsRefusedAtTheCall() {
        ReadOptions options = ReadOptions.forward(From.start());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withLimit(0))
                .withMessageContaining("0");
        EventStream stream = stream(open(), "a", 2, 1);
        assertThat(all(stream.read(options.withLimit(1)))).hasSize(1);
    }

    @Test
    final void aReadEndsAtTheTailAsOfSubscribing() {
        EventStream stream = stream(open(), "growing", 600, 1);
        StepVerifier.create(stream.read(ReadOptions.forward(From.start())), 1)
                .expectNextMatches(event -> event.sequence() == 1)
                .then(() -> append(stream, 10))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(599)
                .expectComplete()
                .verify(patience());
    }

    @Test
    final void eachSubscriptionReadsAnew() {
        EventStream stream = stream(open(), "again", 2, 1);
        Flux<Event> read = stream.read(ReadOptions.forward(From.start()));
        assertThat(sequences(all(read))).isEqualTo(range(1, 2));
        append(stream, 1);
        assertThat(sequences(all(read))).isEqualTo(range(1, 3));
    }

    @Test
    @Proves("SUB-12")
    final void neverMoreEventsThanRequested() {
        EventStream stream = stream(open(), "demand", 20, 1);
        StepVerifier.create(stream.read(ReadOptions.forward(From.start())), 0)
                .expectSubscription()
                .expectNoEvent(SHORT)
                .thenRequest(1)
                .expectNextMatches(event -> event.sequence() == 1)
                .expectNoEvent(SHORT)
                .thenRequest(3)
                .expectNextCount(3)
                .expectNoEvent(SHORT)
                .thenRequest(16)
                .expectNextCount(16)
                .expectComplete()
                .verify(patience());
    }

    @Test
    final void aCancelledReadEmitsNoMore() {
        EventStream stream = stream(open(), "cancelled", 300, 1);
        StepVerifier.create(stream.read(ReadOptions.forward(From.start())), 5)
                .expectNextCount(5)
                .thenCancel()
                .verify(patience());
        assertThat(readAll(stream)).hasSize(300);
    }

    @Test
    final void aReadOvertakenByATrimEndsTyped() {
        LogOptions options = LogOptions.defaults().withPrefetchEventsMax(4);
        EventStream stream = stream(open(options), "overtaken", 100, 1);
        StepVerifier.create(stream.read(ReadOptions.forward(From.start())), 1)
                .expectNextCount(1)
                .then(() -> get(stream.trim(90)))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(event -> event.sequence() < 90)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                LogException.Trimmed.class,
                                trimmed -> assertThat(trimmed.lowWaterMark()).isEqualTo(91)))
                .verify(patience());
    }

    @Test
    final void manyReadersReadTheirOwnPlaces() {
        EventStream stream = stream(open(), "many", 900, 1);
        Random random = Seeds.random("manyReadersReadTheirOwnPlaces");
        List<Integer> places =
                IntStream.range(0, 200).mapToObj(i -> random.nextInt(900)).toList();
        List<List<Long>> read = all(Flux.fromIterable(places)
                .flatMapSequential(
                        place -> stream.read(
                                        ReadOptions.forward(From.after(place)).withLimit(20))
                                .map(Event::sequence)
                                .collectList(),
                        32));
        for (int i = 0; i < places.size(); i++) {
            assertThat(read.get(i))
                    .as(Seeds.hint())
                    .isEqualTo(range(places.get(i) + 1, Math.min(900, places.get(i) + 20)));
        }
    }

    @Test
    final void bigAndSmallEventsReadInOrder() {
        EventStream stream = open().stream("mixed");
        Random random = Seeds.random("bigAndSmallEventsReadInOrder");
        for (int i = 0; i < 30; i++) {
            get(stream.append(dev.fluxlog.NewEvent.of(new byte[i % 5 == 0 ? 900_000 : random.nextInt(100)])));
        }
        assertThat(forward(stream, From.start())).isEqualTo(range(1, 30));
        assertThat(backward(stream, From.tail())).isEqualTo(falling(30, 1));
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves({"STR-21", "SUB-13"})
    final void readsAreTheSameAfterReopening() {
        EventLog log = open();
        EventStream stream = stream(log, "kept", 60, 11);
        List<Event> before = readAll(stream);
        assertThat(before).hasSize(50);
        EventStream after = reopen(log).stream("kept");
        assertThat(readAll(after)).isEqualTo(before);
        assertThat(backward(after, From.tail())).isEqualTo(falling(60, 11));
    }
}
