package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Creation;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Retention;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.TrimResult;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** The life of a stream: created, configured, trimmed, sealed, deleted, created again. */
public abstract class LifeContract extends LogContract {
    private static final StreamSettings SETTINGS = StreamSettings.defaults()
            .withContentType("application/json")
            .withRetention(Retention.keep().withMaxEvents(1_000_000).withMaxAge(Duration.ofDays(400)));

    @Test
    @Proves("STR-5")
    final void trimmingRaisesTheLowWaterMarkAndKeepsTheSurvivors() {
        EventStream stream = stream(open(), "trimmed", 10, 1);
        List<Event> before = readAll(stream);
        assertThat(get(stream.trim(4))).isEqualTo(new TrimResult("trimmed", 1, 4, 5));
        assertMarks(stream, 5, 10);
        assertThat(readAll(stream)).isEqualTo(before.subList(4, 10));
        assertThat(get(stream.trim(7))).isEqualTo(new TrimResult("trimmed", 5, 7, 8));
        assertMarks(stream, 8, 10);
    }

    @Test
    @Proves("STR-5")
    final void trimmingAgainChangesNothing() {
        EventStream stream = stream(open(), "trimmed", 10, 5);
        for (long through : new long[] {4, 3, 0}) {
            TrimResult result = get(stream.trim(through));
            assertThat(result.lowWaterMark()).isEqualTo(5);
            assertThat(result.through()).isLessThan(result.from());
        }
        assertMarks(stream, 5, 10);
    }

    @Test
    @Proves("STR-5")
    final void trimmingAboveTheHighWaterMarkIsRefused() {
        EventStream stream = stream(open(), "trimmed", 10, 5);
        LogException.Ahead ahead = failure(LogException.Ahead.class, stream.trim(11));
        assertThat(ahead.requested()).isEqualTo(11);
        assertThat(ahead.lowWaterMark()).isEqualTo(5);
        assertThat(ahead.highWaterMark()).isEqualTo(10);
        assertMarks(stream, 5, 10);
    }

    @Test
    final void trimmingThroughANegativeSequenceIsRefusedAtTheCall() {
        EventStream stream = stream(open(), "trimmed", 2, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> stream.trim(-1)).withMessageContaining("-1");
        assertMarks(stream, 1, 2);
    }

    @Test
    @Proves("STR-4")
    final void aStreamTrimmedToNothingGoesOnAboveItsMark() {
        EventStream stream = stream(open(), "nothing left", 5, 6);
        assertMarks(stream, 6, 5);
        assertThat(get(stream.info()).events()).isZero();
        assertThat(readAll(stream)).isEmpty();
        assertThat(append(stream, 1).first()).isEqualTo(6);
        assertThat(sequences(readAll(stream))).containsExactly(6L);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-4")
    final void aStreamTrimmedToNothingGoesOnAboveItsMarkAfterReopening() {
        EventLog log = open();
        stream(log, "nothing left", 5, 6);
        EventStream stream = reopen(log).stream("nothing left");
        assertThat(readAll(stream)).isEmpty();
        assertMarks(stream, 6, 5);
        assertThat(append(stream, 1).first()).isEqualTo(6);
    }

    @Test
    @Proves("STR-23")
    final void aSealedStreamTakesNoAppends() {
        EventStream stream = stream(open(), "sealed", 3, 1);
        StreamInfo info = get(stream.seal());
        assertThat(info.sealed()).isTrue();
        assertThat(info.highWaterMark()).isEqualTo(3);
        LogException.StreamSealed sealed = failure(LogException.StreamSealed.class, stream.append(event("late")));
        assertThat(sealed.stream()).isEqualTo("sealed");
        assertThat(sealed.highWaterMark()).isEqualTo(3);
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 3));
    }

    @Test
    @Proves("STR-23")
    final void sealingAgainChangesNothing() {
        EventStream stream = stream(open(), "sealed", 3, 1);
        StreamInfo first = get(stream.seal());
        assertThat(get(stream.seal())).isEqualTo(first);
        assertThat(get(stream.info())).isEqualTo(first);
    }

    @Test
    @Proves("STR-23")
    final void sealingCanBeOneCommitWithALastAppend() {
        EventStream stream = stream(open(), "sealed", 3, 1);
        AppendResult result =
                get(stream.append(events(2), AppendOptions.defaults().thenSeal()));
        assertThat(List.of(result.first(), result.last())).containsExactly(4L, 5L);
        assertThat(get(stream.info()).sealed()).isTrue();
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 5));
        failure(LogException.StreamSealed.class, stream.append(event("late")));
    }

    @Test
    @Proves("STR-23")
    final void anAppendWithoutEventsCanSeal() {
        EventStream stream = stream(open(), "sealed", 3, 1);
        AppendResult result =
                get(stream.append(List.of(), AppendOptions.defaults().thenSeal()));
        assertThat(result.last()).isEqualTo(3);
        assertThat(result.first()).isEqualTo(4);
        assertThat(result.position()).isZero();
        assertThat(get(stream.info()).sealed()).isTrue();
    }

    @Test
    @Proves("STR-23")
    final void sealingWithAWrongExpectationIsAConflict() {
        EventStream stream = stream(open(), "open", 3, 1);
        LogException.Conflict conflict = failure(LogException.Conflict.class, stream.seal(ExpectedSequence.exactly(2)));
        assertThat(conflict.actual()).isEqualTo(3);
        assertThat(append(stream, 1).last()).isEqualTo(4);
        assertThat(get(stream.seal(ExpectedSequence.exactly(4))).sealed()).isTrue();
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-23")
    final void aSealedStreamIsSealedAfterReopening() {
        EventLog log = open();
        get(stream(log, "sealed", 3, 1).seal());
        EventStream stream = reopen(log).stream("sealed");
        assertThat(get(stream.info()).sealed()).isTrue();
        failure(LogException.StreamSealed.class, stream.append(event("late")));
        assertThat(sequences(all(stream.subscribe(From.start())))).isEqualTo(range(1, 3));
    }

    @Test
    final void aSealedStreamCanBeTrimmedAndDeleted() {
        EventStream stream = stream(open(), "sealed", 5, 1);
        get(stream.seal());
        assertThat(get(stream.trim(2)).lowWaterMark()).isEqualTo(3);
        done(stream.delete());
        assertThat(append(stream, 1).first()).isEqualTo(6);
        assertThat(get(stream.info()).sealed()).isFalse();
    }

    @Test
    @Proves("STR-24")
    final void aDeletedStreamIsUnknown() {
        EventLog log = open();
        EventStream stream = stream(log, "gone", 5, 1);
        done(stream.delete());
        for (Publisher<?> call : asking(stream)) {
            assertThat(failure(LogException.UnknownStream.class, call).stream()).isEqualTo("gone");
        }
        assertThat(all(log.streams(dev.fluxlog.StreamsQuery.all()))).isEmpty();
    }

    @Test
    final void aStreamThatNeverExistedIsUnknown() {
        EventStream stream = open().stream("never");
        for (Publisher<?> call : asking(stream)) {
            assertThat(failure(LogException.UnknownStream.class, call).stream()).isEqualTo("never");
        }
    }

    private static List<Publisher<?>> asking(EventStream stream) {
        return List.of(
                stream.info(),
                stream.read(ReadOptions.forward(From.start())),
                stream.page(ReadOptions.forward(From.start()).withLimit(5)),
                stream.trim(0),
                stream.seal(),
                stream.configure(SETTINGS),
                stream.delete());
    }

    @Test
    @Proves("STR-24")
    final void aDeletedNameGoesOnAboveItsHighWaterMark() {
        EventStream stream = stream(open(), "again", 5, 1);
        done(stream.delete());
        AppendResult result = append(stream, 2);
        assertThat(List.of(result.first(), result.last())).containsExactly(6L, 7L);
        assertMarks(stream, 6, 7);
        assertThat(readAll(stream)).extracting(LogContract::text).containsExactly("e1", "e2");
    }

    @Test
    @Proves("STR-24")
    final void aNameGoesOnHoweverOftenItIsDeleted() {
        EventStream stream = open().stream("again");
        for (long life = 0; life < 10; life++) {
            assertThat(append(stream, 3).first()).isEqualTo(life * 3 + 1);
            done(stream.delete());
        }
        assertThat(append(stream, 1).first()).isEqualTo(31);
        assertThat(sequences(readAll(stream))).containsExactly(31L);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-24")
    final void aDeletedNameGoesOnAboveItsHighWaterMarkAfterReopening() {
        EventLog log = open();
        done(stream(log, "again", 5, 1).delete());
        log = reopen(log);
        failure(LogException.UnknownStream.class, log.stream("again").info());
        assertThat(append(log.stream("again"), 1).first()).isEqualTo(6);
        log = reopen(log);
        assertMarks(log.stream("again"), 6, 6);
        assertThat(append(log.stream("again"), 1).first()).isEqualTo(7);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-24")
    final void deletionAndRecreationAfterReopeningKeepNumbers() {
        EventLog log = open();
        append(log.stream("again"), 5);
        log = reopen(log);
        done(log.stream("again").delete());
        get(log.stream("again").create(SETTINGS));
        log = reopen(log);
        assertMarks(log.stream("again"), 6, 5);
        assertThat(append(log.stream("again"), 1).first()).isEqualTo(6);
        assertThat(readAll(log.stream("again"))).extracting(LogContract::text).containsExactly("e1");
    }

    @Test
    final void aStreamIsCreatedOnce() {
        EventStream stream = open().stream("made");
        Creation first = get(stream.create(SETTINGS));
        assertThat(first.created()).isTrue();
        assertThat(first.info()).isEqualTo(new StreamInfo("made", 1, 0, false, SETTINGS));
        Creation second = get(stream.create(StreamSettings.defaults()));
        assertThat(second.created()).isFalse();
        assertThat(second.info()).isEqualTo(first.info());
        assertThat(get(stream.info())).isEqualTo(first.info());
    }

    @Test
    final void ofManyCreationsOneCreates() {
        EventStream stream = open().stream("made");
        List<Creation> creations = all(Flux.range(0, 20).flatMap(i -> stream.create(SETTINGS), 20));
        assertThat(creations).hasSize(20).filteredOn(Creation::created).hasSize(1);
    }

    @Test
    final void anAppendCreatesWithDefaults() {
        EventStream stream = stream(open(), "appended", 1, 1);
        assertThat(get(stream.info())).isEqualTo(new StreamInfo("appended", 1, 1, false, StreamSettings.defaults()));
        assertThat(get(stream.create(SETTINGS)).created()).isFalse();
    }

    @Test
    final void configuringReplacesTheSettings() {
        EventStream stream = stream(open(), "set", 2, 1);
        assertThat(get(stream.configure(SETTINGS)).settings()).isEqualTo(SETTINGS);
        assertThat(get(stream.info())).isEqualTo(new StreamInfo("set", 1, 2, false, SETTINGS));
        assertThat(get(stream.configure(StreamSettings.defaults())).settings()).isEqualTo(StreamSettings.defaults());
    }

    @Test
    @Needs(Capability.REOPEN)
    final void settingsAreThereAfterReopening() {
        EventLog log = open();
        get(log.stream("created").create(SETTINGS));
        append(log.stream("configured"), 3);
        get(log.stream("configured").configure(SETTINGS));
        log = reopen(log);
        assertThat(get(log.stream("created").info())).isEqualTo(new StreamInfo("created", 1, 0, false, SETTINGS));
        assertThat(get(log.stream("configured").info()).settings()).isEqualTo(SETTINGS);
    }

    @Test
    final void aRecreatedStreamForgetsItsSettings() {
        EventStream stream = open().stream("again");
        get(stream.create(SETTINGS));
        done(stream.delete());
        append(stream, 1);
        assertThat(get(stream.info()).settings()).isEqualTo(StreamSettings.defaults());
    }

    @Test
    final void changesAreLazyLikeAppends() {
        EventStream stream = stream(open(), "lazy", 3, 1);
        List<Function<EventStream, Publisher<?>>> calls =
                List.of(s -> s.trim(2), EventStream::seal, s -> s.configure(SETTINGS), EventStream::delete);
        calls.forEach(call -> assertThat(call.apply(stream)).isNotNull());
        assertThat(get(stream.info())).isEqualTo(new StreamInfo("lazy", 1, 3, false, StreamSettings.defaults()));
    }
}
