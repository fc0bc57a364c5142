package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.CrashPoints.Step;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.test.StepVerifier;

/** Logs at PROCESS whose commit journal lost its end with the power, while the journals of the streams kept theirs. */
class LostNumbersTest {
    private static final int GROUPS = 10;
    private static final int KEPT = 6;
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final Script script = new Script();

    /** Streams 1 and 2 in each group, stream 3 only at the begin and in what gets lost. */
    private Path image() throws IOException {
        Path image = directory.resolve("image");
        ChronicleBackend backend = open(image);
        backend.recover();
        script.create(1).create(2).create(3).append(3, "c1").commit(backend);
        for (int i = 1; i < GROUPS; i++) {
            script.append(1, "a" + i).append(2, "b" + i);
            if (i >= KEPT) {
                script.append(3, "lost " + i);
            }
            script.commit(backend);
        }
        backend.abandon();
        Path segment = Images.commitSegments(image).get(0);
        Images.zero(segment, Images.groups(segment).get(KEPT));
        return image;
    }

    private static ChronicleBackend open(Path log) {
        return open(log, CrashPoints.NONE);
    }

    private static ChronicleBackend open(Path log, CrashPoints crashPoints) {
        return new ChronicleBackend(log, TestLogs.smallInProcess(), new TestDisk(), crashPoints);
    }

    private static long high(Recovery recovery, long stream) {
        return recovery.streams().stream()
                .filter(state -> state.number() == stream)
                .mapToLong(StreamState::highWaterMark)
                .findFirst()
                .orElseThrow();
    }

    private static void assertLost(ChronicleBackend backend, long stream, long sequence, long through) {
        StorageException told =
                catchThrowableOfType(StorageException.class, () -> Script.read(backend, stream, sequence, through));
        assertThat(told).as("stream %d at %d", stream, sequence).isNotNull();
        assertThat(told.kind()).isEqualTo(Kind.CORRUPT);
        assertThat(told.stream()).isEqualTo(stream);
        assertThat(told.sequence()).isEqualTo(sequence);
        assertThat(told.lostThrough()).isEqualTo(through);
    }

    /** What was kept is read, what was lost is told with its range, and nothing is given twice. */
    private void assertAccountedFor(ChronicleBackend backend, Recovery recovery) {
        assertThat(recovery.position()).isEqualTo(script.position());
        for (long stream = 1; stream <= 3; stream++) {
            assertThat(high(recovery, stream)).isEqualTo(script.high(stream));
            long kept = stream == 3 ? 1 : KEPT - 1;
            assertThat(Script.read(backend, stream, 1, kept))
                    .isEqualTo(script.acknowledged(stream).subList(0, (int) kept));
            for (long sequence = kept + 1; sequence <= script.high(stream); sequence++) {
                assertLost(backend, stream, sequence, script.high(stream));
            }
        }
        long kept = 1 + 2 * (KEPT - 1);
        assertThat(backend.runs(1, script.position(), 100))
                .hasSize((int) kept)
                .last()
                .isEqualTo(new Run(kept, 2, KEPT - 1, 1));
        StorageException told =
                catchThrowableOfType(StorageException.class, () -> backend.runs(kept + 1, script.position(), 100));
        assertThat(told.lostThrough()).isEqualTo(script.position());
    }

    private void assertGoesOn(Path log) {
        for (int round = 0; round < 2; round++) {
            ChronicleBackend backend = open(log);
            Recovery recovery = backend.recover();
            Script later = new Script();
            later.resume(recovery);
            later.append(1, "after").append(3, "after").commit(backend);
            assertThat(later.position()).isEqualTo(script.position() + 2 * (round + 1));
            for (long stream : List.of(1L, 3L)) {
                long first = script.high(stream) + 1;
                assertThat(Script.read(backend, stream, first, later.high(stream)))
                        .hasSize(round + 1);
                assertLost(backend, stream, script.high(stream), script.high(stream));
            }
            assertThat(backend.runs(script.position() + 1, later.position(), 100))
                    .hasSize(2 * (round + 1));
            backend.close();
            assertThat(recovery.repairs()).isEmpty();
        }
    }

    @Test
    @Proves({"STR-16", "STR-24"})
    void numbersThatOnlyStreamJournalsKnowAreToldAsLostAndNotGivenAgain() throws IOException {
        Path log = image();
        ChronicleBackend backend = open(log);
        Recovery recovery = backend.recover();
        assertAccountedFor(backend, recovery);
        assertThat(recovery.repairs()).anySatisfy(repair -> assertThat(repair).contains("never given again"));
        try (Stream<Path> quarantined = Files.list(log.resolve("quarantine"))) {
            assertThat(quarantined).as("the lost frames are kept").isNotEmpty();
        }
        backend.close();
        assertGoesOn(log);
    }

    @Test
    @Proves("STR-16")
    void theSameHoldsWhenNothingElseTellsThatTheEndIsMissing() throws IOException {
        Path log = image();
        Files.delete(log.resolve("commit/acknowledged"));
        try (ChronicleBackend backend = open(log)) {
            assertAccountedFor(backend, backend.recover());
        }
        assertGoesOn(log);
    }

    @Test
    @Proves("SUB-3")
    void readersOfTheLogAreToldTheExactRangeAndGoOnBehindIt() throws IOException {
        Path log = image();
        EventLog events = java.util.Objects.requireNonNull(
                ChronicleLog.open(log, TestLogs.smallInProcess()).block(WAIT_MAX));
        try {
            EventStream stream = events.stream("stream-1");
            AppendOptions keyed = AppendOptions.defaults().withIdempotencyKey("key");
            long after = java.util.Objects.requireNonNull(
                            stream.append(List.of(NewEvent.json("1")), keyed).block(WAIT_MAX))
                    .first();
            assertThat(after).isEqualTo(GROUPS);
            StepVerifier.create(stream.signals(From.start()))
                    .expectNextCount(KEPT - 1)
                    .expectNext(new StreamSignal.Gap("stream-1", KEPT, GROUPS - 1))
                    .expectNextMatches(signal -> signal instanceof Event event && event.sequence() == GROUPS)
                    .expectNext(new StreamSignal.CaughtUp("stream-1", GROUPS))
                    .thenCancel()
                    .verify(WAIT_MAX);
            StepVerifier.create(stream.subscribe(From.start()))
                    .expectNextCount(KEPT - 1)
                    .expectErrorSatisfies(e -> {
                        assertThat(e).isInstanceOf(LogException.Corrupt.class);
                        assertThat(((LogException.Corrupt) e).sequence()).isEqualTo(KEPT);
                        assertThat(((LogException.Corrupt) e).lostThrough()).isEqualTo(GROUPS - 1);
                    })
                    .verify(WAIT_MAX);
            long kept = 1 + 2 * (KEPT - 1);
            StepVerifier.create(events.signals(Selection.all(), From.start()))
                    .expectNextCount(kept)
                    .expectNext(new StreamSignal.Gap("$all", kept + 1, script.position()))
                    .expectNextMatches(
                            signal -> signal instanceof Event event && event.position() == script.position() + 1)
                    .expectNext(new StreamSignal.CaughtUp("$all", script.position() + 1))
                    .thenCancel()
                    .verify(WAIT_MAX);
        } finally {
            events.close().block(WAIT_MAX);
        }
    }

    @Test
    @Proves("DOC-3")
    void theDoctorTakesTheLossForWhatItIsAndKeepsItInAJournalThatItMends() throws IOException {
        Path log = image();
        try (ChronicleBackend backend = open(log)) {
            backend.recover();
        }
        assertThat(Doctor.of(log).examine().isClean()).isTrue();
        // Damage in what was kept: the journal is written anew.
        Path journal = log.resolve("streams/01/0000000000000001/19700101seg.cq4");
        byte[] bytes = Files.readAllBytes(journal);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("a2");
        bytes[at] ^= 1;
        Files.write(journal, bytes);
        Doctor.of(log).fix();
        try (ChronicleBackend backend = open(log)) {
            backend.recover();
            assertLost(backend, 1, KEPT, script.high(1));
            assertThat(Script.read(backend, 1, 3, KEPT - 1L)).hasSize(KEPT - 3);
        }
    }

    @Test
    void whatOnlyTheOrderOfCommitKnowsCountsAsGiven() throws IOException {
        Path log = image();
        Files.delete(log.resolve("commit/acknowledged"));
        Images.delete(log.resolve("streams/03"));
        try (ChronicleBackend backend = open(log)) {
            Recovery recovery = backend.recover();
            assertThat(high(recovery, 3)).isEqualTo(script.high(3));
            assertLost(backend, 3, 2, script.high(3));
        }
    }

    @Test
    void aStreamWhoseCreationIsLostLeavesNothingThatALaterOneCouldBeTakenFor() throws IOException {
        Path image = directory.resolve("image");
        ChronicleBackend backend = open(image);
        backend.recover();
        script.create(1).append(1, "a").commit(backend);
        script.create(2).append(2, "never seen again").commit(backend);
        backend.abandon();
        Path segment = Images.commitSegments(image).get(0);
        Images.zero(segment, Images.groups(segment).get(1));
        backend = open(image);
        Script later = new Script();
        later.resume(backend.recover());
        later.create(2).append(2, "new").commit(backend);
        assertThat(Script.read(backend, 2, 1, 1)).containsExactly("new");
        assertThat(later.position()).isEqualTo(3);
        backend.close();
    }

    @Test
    @Proves({"STR-16", "STR-33"})
    void aRecoveryThatStopsAnywhereIsDoneAgainWithTheSameResult() throws IOException {
        Path image = image();
        int stops = 0;
        for (boolean stopped = true; stopped; stops++) {
            Path log = Images.copy(image, directory.resolve("copy"));
            Files.delete(log.resolve("commit/acknowledged"));
            stopped = stopsAt(log, stops);
            try (ChronicleBackend backend = open(log)) {
                assertAccountedFor(backend, backend.recover());
            } catch (AssertionError e) {
                throw new AssertionError("after a stop at step " + stops, e);
            }
            if (stops % 6 == 0) {
                assertGoesOn(log);
            }
        }
        assertThat(stops).isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource(value = Step.class, mode = EnumSource.Mode.MATCH_ANY, names = HaltingChild.LOST)
    @Proves({"TST-3", "STR-16", "STR-24"})
    void aProcessThatHaltsThereIsFollowedByOneThatTellsTheSame(Step step) throws Exception {
        Path log = image();
        Files.delete(log.resolve("commit/acknowledged"));
        Path errors = directory.resolve("errors");
        Process child = HaltingChild.start(Child.class, errors, log.toString(), step.name());
        assertThat(child.waitFor())
                .as("the step was reached; %s", Files.readString(errors))
                .isEqualTo(HaltingChild.HALTED);
        try (ChronicleBackend backend = open(log)) {
            assertAccountedFor(backend, backend.recover());
        }
        assertGoesOn(log);
    }

    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            open(Path.of(arguments[0]), HaltingChild.at(Step.valueOf(arguments[1])))
                    .recover();
        }
    }

    /** Recovers up to the step with this number; false when there are fewer. */
    private static boolean stopsAt(Path log, int number) {
        int[] left = {number};
        ChronicleBackend backend = open(log, step -> {
            if (left[0]-- == 0) {
                throw new Stop(step);
            }
        });
        try {
            backend.recover();
        } catch (RuntimeException e) {
            assertThat(e).hasRootCauseInstanceOf(Stop.class);
            return true;
        } catch (Stop e) {
            return true;
        }
        backend.abandon();
        return false;
    }

    /** Nothing catches it. */
    private static final class Stop extends Error {
        private static final long serialVersionUID = 1;

        Stop(Step step) {
            super(step.name());
        }
    }
}
