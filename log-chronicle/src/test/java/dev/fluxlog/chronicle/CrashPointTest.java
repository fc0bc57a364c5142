package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.CrashPoints.Step;
import dev.fluxlog.spec.Proves;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A child process that halts at a named step of a durable operation; what it acknowledged before is checked here. */
class CrashPointTest {
    @TempDir
    Path directory;

    @TempDir
    Path errors;

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            mode = EnumSource.Mode.MATCH_NONE,
            names = {HaltingChild.MAINTENANCE, HaltingChild.LOST})
    @Proves({"TST-3", "STR-3", "STR-4", "STR-8", "STR-19", "STR-24", "STR-33", "FMT-9"})
    void aHaltAtAnyStepLosesNothingAndUsesNoNumberTwice(Step step) throws Exception {
        Process child = start(step);
        long[] acknowledged = {0, 0, 0, 0};
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.matches("\\d+ \\d+")) {
                    // What a JVM says when it cannot start, it says here.
                    said.append(line).append('\n');
                    continue;
                }
                String[] words = line.split(" ", 2);
                int stream = Integer.parseInt(words[0]);
                acknowledged[stream] = Math.max(acknowledged[stream], Long.parseLong(words[1]));
            }
        }
        assertThat(child.waitFor())
                .as("the step was reached; %s%s", said, Files.readString(errors.resolve("errors")))
                .isEqualTo(HaltingChild.HALTED);

        try (ChronicleBackend backend = new ChronicleBackend(directory, Workload.OPTIONS)) {
            check(backend.recover(), backend, acknowledged);
        }
        try (ChronicleBackend backend = new ChronicleBackend(directory, Workload.OPTIONS)) {
            Recovery recovery = backend.recover();
            assertThat(recovery.repairs()).isEmpty();
            check(recovery, backend, acknowledged);
            Script script = new Script();
            script.resume(recovery);
            if (script.high(1) > 0 && script.high(2) > 0) {
                Workload.pair(script, "").commit(backend);
                check(new Recovery(script.position(), recovery.streams(), List.of()), backend, acknowledged);
            }
        }
    }

    private static void check(Recovery recovery, ChronicleBackend backend, long[] acknowledged) {
        long[] high = {0, 0, 0, 0};
        for (StreamState stream : recovery.streams()) {
            high[(int) stream.number()] = stream.highWaterMark();
            if (!stream.exists() || stream.number() == 3) {
                continue;
            }
            List<String> payloads =
                    Script.read(backend, stream.number(), stream.lowWaterMark(), stream.highWaterMark());
            for (int i = 0; i < payloads.size(); i++) {
                assertThat(payloads.get(i)).startsWith(stream.number() + "/" + (stream.lowWaterMark() + i) + "/");
            }
        }
        assertThat(high[1]).isGreaterThanOrEqualTo(acknowledged[1]).isEqualTo(high[2]);
        assertThat(high[3]).isGreaterThanOrEqualTo(acknowledged[3]);
        for (long position = 1; position <= recovery.position(); position += 17) {
            assertThat(backend.runs(position, position, 1)).hasSize(1);
        }
    }

    private Process start(Step step) throws IOException {
        return start(directory, step, "halt", errors.resolve("errors"));
    }

    /** @param action what the workload does at the step: {@code halt} or {@code suspend} */
    static Process start(Path directory, Step step, String action, Path errors) throws IOException {
        return HaltingChild.start(Workload.class, errors, directory.toString(), step.name(), action);
    }

    /** Does everything that takes several durable steps; streams 1 and 2 always grow together. */
    static final class Workload {
        static final ChronicleOptions OPTIONS = TestLogs.gathering().withCommitJournal(64 << 10, 128 << 10);
        static final String SUSPENDED = "suspended";

        /** It had appended everything before it was suspended, and nothing was left to be refused. */
        static final String CLOSED = "closed";

        /** How many events streams 1 and 2 have then. */
        static final long APPENDED = 125;

        static final String FILLER = "-".repeat(3_000);

        private final Path directory;
        private final CrashPoints crashPoints;
        private final boolean suspends;
        private static final PrintStream LEDGER = new PrintStream(
                new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.US_ASCII);
        private final Script script = new Script();

        private Workload(Path directory, Step at, String action) {
            this.directory = directory;
            this.suspends = action.equals("suspend");
            AtomicBoolean reached = new AtomicBoolean();
            this.crashPoints = step -> {
                if (step == at && reached.compareAndSet(false, true)) {
                    if (action.equals("halt")) {
                        Runtime.getRuntime().halt(HaltingChild.HALTED);
                    }
                    LEDGER.println(SUSPENDED);
                    Suspension.ofThisProcess();
                }
            };
        }

        public static void main(String[] arguments) throws IOException {
            try {
                new Workload(Path.of(arguments[0]), Step.valueOf(arguments[1]), arguments[2]).run();
            } catch (StorageException e) {
                LEDGER.println(e.kind());
                throw e;
            } catch (Throwable e) {
                // Told before any thread of the log can end the process.
                e.printStackTrace();
                throw e;
            }
        }

        static Script pair(Script script, String filler) {
            for (long stream = 1; stream <= 2; stream++) {
                script.append(stream, stream + "/" + (script.high(stream) + 1) + "/" + filler);
            }
            return script;
        }

        private void run() throws IOException {
            // What comes before must not halt, so that the later steps are met in a log with something in it.
            ChronicleBackend backend = new ChronicleBackend(directory, OPTIONS);
            script.resume(backend.recover());
            script.create(1).create(2).create(3).append(3, "x", "y", "z").commit(backend);
            for (int i = 0; i < 5; i++) {
                commit(backend, pair(script, ""));
            }
            acknowledge(3);
            backend.abandon();
            tear();

            backend = new ChronicleBackend(directory, OPTIONS, new LocalDisk(), crashPoints);
            script.resume(backend.recover());
            for (int i = 0; i < 60; i++) {
                commit(backend, pair(script, FILLER));
            }
            script.control(1, Catalog.TRIMMED, script.high(1) - 2, new byte[0]);
            script.control(3, Catalog.DELETED, script.high(3), new byte[0]).commit(backend);
            for (int i = 0; i < 60; i++) {
                commit(backend, pair(script, FILLER));
            }
            script.control(1, Catalog.TRIMMED, script.high(1) - 2, new byte[0]).commit(backend);
            backend.close();
            if (suspends) {
                // It must not take the log back.
                LEDGER.println(CLOSED);
                return;
            }
            script.resume(new ChronicleBackend(directory, OPTIONS, new LocalDisk(), crashPoints)
                    .takingOver()
                    .recover());
        }

        private void commit(ChronicleBackend backend, Script group) {
            group.commit(backend);
            acknowledge(1);
            acknowledge(2);
        }

        private void acknowledge(long stream) {
            LEDGER.println(stream + " " + script.high(stream));
        }

        /** Leaves the begin of a write behind the last group, in the sector after an unwritten one. */
        private void tear() throws IOException {
            try (Stream<Path> files = Files.list(directory.resolve("commit"))) {
                Path newest = files.filter(file -> file.toString().endsWith(".commit"))
                        .max(Path::compareTo)
                        .orElseThrow();
                byte[] bytes = Files.readAllBytes(newest);
                int end = bytes.length;
                while (end > 0 && bytes[end - 1] == 0) {
                    end--;
                }
                try (RandomAccessFile file = new RandomAccessFile(newest.toFile(), "rw")) {
                    file.seek(end + 1024L);
                    file.write("torn".repeat(20).getBytes(StandardCharsets.US_ASCII));
                }
            }
        }
    }
}
