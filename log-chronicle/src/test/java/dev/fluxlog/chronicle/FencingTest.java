package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.CrashPointTest.Workload;
import dev.fluxlog.chronicle.CrashPoints.Step;
import dev.fluxlog.chronicle.Diagnosis.Status;
import dev.fluxlog.spec.Proves;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process is suspended at each step of each durable operation, and this one takes its log over by force. When it goes
 * on, right where it was, it commits nothing, is told that it is fenced, and harms nothing.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "signals and /proc")
@Timeout(300)
class FencingTest {
    private static final int GROUPS = 80;
    private static final int SOME = 7;

    @TempDir
    Path scratch;

    private Path log() {
        return scratch.resolve("log");
    }

    /** All of them with {@code -Dfluxlog.fencing.complete=true}, as {@code reliability/owners} does, or else some. */
    static List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (Step step : Step.values()) {
            String name = step.name();
            if (!name.matches(HaltingChild.MAINTENANCE)
                    && !name.equals(HaltingChild.LOST)
                    && !name.startsWith("TAKE_OVER_")) {
                steps.add(step);
            }
        }
        if (Boolean.getBoolean("fluxlog.fencing.complete")) {
            return steps;
        }
        Collections.shuffle(steps, new Random(Long.getLong("fluxlog.test.seed", System.nanoTime())));
        return steps.subList(0, SOME);
    }

    @ParameterizedTest
    @MethodSource("steps")
    @Proves("OWN-5")
    void whoeverWasSuspendedWhileItsLogWasTakenOverIsFencedAndCommitsNothing(Step step) throws Exception {
        Process former = CrashPointTest.start(log(), step, "suspend", scratch.resolve("errors"));
        long[] acknowledged = {0, 0, 0, 0};
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(former.getInputStream(), StandardCharsets.US_ASCII))) {
            assertThat(readAcknowledged(lines, acknowledged)).as(errors()).isEqualTo(Workload.SUSPENDED);
            Suspension.awaitStopped(former);
            long epoch = epoch();

            ChronicleBackend backend = new ChronicleBackend(log(), Workload.OPTIONS).takingOver();
            Recovery taken = backend.recover();
            Script script = new Script();
            script.resume(taken);
            long last = script.high(1);
            for (int i = 0; i < GROUPS; i++) {
                append(script, backend);
            }

            Suspension.goOn(former);
            String end = readAcknowledged(lines, acknowledged);
            assertThat(end).as(errors()).isIn("FENCED", Workload.CLOSED);
            assertThat(former.waitFor() == 0).isEqualTo(end.equals(Workload.CLOSED));
            if (end.equals(Workload.CLOSED)) {
                assertThat(acknowledged[1]).isEqualTo(Workload.APPENDED);
            }
            assertThat(acknowledged[1]).isLessThanOrEqualTo(last);
            assertThat(acknowledged[2]).isLessThanOrEqualTo(last);

            append(script, backend);
            backend.close();
            check(last, script);
            assertThat(epoch()).isGreaterThan(epoch);
        } finally {
            former.destroyForcibly();
        }
    }

    @Test
    @Proves("OWN-5")
    void whatIsWrittenLateDoesNotCountEvenWhenTheLaterOwnerDiedBeforeItHadBegun() throws Exception {
        Process former = CrashPointTest.start(log(), Step.COMMIT_WRITE, "suspend", scratch.resolve("errors"));
        long[] acknowledged = {0, 0, 0, 0};
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(former.getInputStream(), StandardCharsets.US_ASCII))) {
            assertThat(readAcknowledged(lines, acknowledged)).as(errors()).isEqualTo(Workload.SUSPENDED);
            Suspension.awaitStopped(former);
            CrashPoints dying = step -> {
                if (step == Step.CHECKPOINT_MANIFEST) {
                    throw new IllegalStateException("dies here");
                }
            };
            ChronicleBackend dead = new ChronicleBackend(log(), Workload.OPTIONS, new LocalDisk(), dying).takingOver();
            assertThatThrownBy(dead::recover).hasMessage("dies here");
            Suspension.goOn(former);
            assertThat(readAcknowledged(lines, acknowledged)).as(errors()).isEqualTo("FENCED");
            assertThat(former.waitFor()).isNotZero();
        } finally {
            former.destroyForcibly();
        }
        try (ChronicleBackend next = new ChronicleBackend(log(), Workload.OPTIONS)) {
            Script script = new Script();
            script.resume(next.recover());
            assertThat(script.high(1)).isEqualTo(acknowledged[1]);
            assertThat(script.high(2)).isEqualTo(acknowledged[2]);
        }
    }

    private static void append(Script script, ChronicleBackend backend) {
        script.append(1, "taken" + Workload.FILLER)
                .append(2, "taken" + Workload.FILLER)
                .commit(backend);
    }

    /** Opened again: what the former owner committed, and then what was appended here. */
    private void check(long last, Script script) {
        Diagnosis diagnosis = Doctor.of(log()).examine();
        assertThat(diagnosis.checks()).as(diagnosis.toString()).noneMatch(check -> check.status() == Status.ERROR);
        try (ChronicleBackend again = new ChronicleBackend(log(), Workload.OPTIONS)) {
            Recovery recovery = again.recover();
            assertThat(recovery.position()).isEqualTo(script.position());
            for (StreamState stream : recovery.streams()) {
                if (stream.number() == 3) {
                    continue;
                }
                long sequence = stream.lowWaterMark();
                assertThat(stream.highWaterMark()).isEqualTo(script.high(stream.number()));
                for (String payload : Script.read(again, stream.number(), sequence, stream.highWaterMark())) {
                    String begin = sequence <= last ? stream.number() + "/" + sequence + "/" : "taken";
                    assertThat(payload).as("%s %d", stream.name(), sequence).startsWith(begin);
                    sequence++;
                }
            }
            assertThat(again.runs(1, script.position(), 10_000).stream()
                            .mapToLong(run -> run.count())
                            .sum())
                    .isEqualTo(script.position());
        }
    }

    /** Notes what is told up to the first line that is something else, and returns that. */
    private static String readAcknowledged(BufferedReader lines, long[] acknowledged) throws IOException {
        String line = lines.readLine();
        while (line != null && line.matches("\\d+ \\d+")) {
            List<String> words = List.of(line.split(" ", 2));
            acknowledged[Integer.parseInt(words.get(0))] = Long.parseLong(words.get(1));
            line = lines.readLine();
        }
        return String.valueOf(line);
    }

    private long epoch() throws IOException {
        Medium medium = Takeover.current(new Medium(log().toRealPath(), new LocalDisk(), CrashPoints.NONE));
        return ManifestFile.read(medium).manifest().epoch();
    }

    private String errors() throws IOException {
        return Files.readString(scratch.resolve("errors"));
    }
}
