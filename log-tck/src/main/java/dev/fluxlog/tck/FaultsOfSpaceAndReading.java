package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.LogStatus;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.spec.Proves;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is refused for want of space, and what cannot be read. */
abstract class FaultsOfSpaceAndReading extends FaultsWhileCommitting {
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
}
