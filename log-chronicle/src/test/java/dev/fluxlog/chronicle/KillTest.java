package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.spec.Proves;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Child processes that are killed while they commit; the ledger of what they acknowledged is kept here. */
class KillTest {
    private static final int STREAMS = 5;

    @TempDir
    Path directory;

    @Test
    @Proves({"STR-2", "STR-3", "OWN-1"})
    void whatAKilledProcessAcknowledgedIsThereOnceAndWhole() throws Exception {
        long seed = Long.getLong("fluxlog.test.seed", 1);
        Random random = new Random(seed);
        for (int round = 0; round < 4; round++) {
            long acknowledged = runAndKill(200 + random.nextInt(2_000));
            try (ChronicleBackend backend = new ChronicleBackend(directory, TestLogs.gathering())) {
                Recovery recovery = backend.recover();
                assertThat(recovery.position()).as("seed %d", seed).isGreaterThanOrEqualTo(acknowledged);
                long events = 0;
                for (StreamState stream : recovery.streams()) {
                    List<String> payloads = Script.read(backend, stream.number(), 1, stream.highWaterMark());
                    for (int i = 0; i < payloads.size(); i++) {
                        assertThat(payloads.get(i)).startsWith(stream.number() + "/" + (i + 1) + "/");
                    }
                    events += payloads.size();
                }
                assertThat(events).isEqualTo(recovery.position());
            }
        }
    }

    @Test
    @Proves({"OWN-1"})
    void asLongAsTheOtherProcessLivesTheLogIsBusy() throws Exception {
        Process child = start();
        try {
            awaitLine(child, 1);
            Assertions.assertThatThrownBy(() -> new ChronicleBackend(directory, TestLogs.gathering()).recover())
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("process " + child.pid())
                    .extracting(e -> ((StorageException) e).kind())
                    .isEqualTo(StorageException.Kind.BUSY);
        } finally {
            child.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
    }

    private long runAndKill(int lines) throws Exception {
        Process child = start();
        long acknowledged = awaitLine(child, lines);
        child.destroyForcibly();
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return acknowledged;
    }

    private static long awaitLine(Process child, int lines) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        long acknowledged = 0;
        for (int i = 0; i < lines; i++) {
            String line = reader.readLine();
            assertThat(line).as("the child goes on").isNotNull();
            acknowledged = Long.parseLong(line);
        }
        return acknowledged;
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        command.add(directory.toString());
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Commits for ever and says each position once it is acknowledged. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            PrintStream ledger = new PrintStream(
                    new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.US_ASCII);
            ChronicleBackend backend = new ChronicleBackend(Path.of(arguments[0]), TestLogs.gathering());
            Script script = new Script();
            Recovery recovery = backend.recover();
            script.resume(recovery);
            for (long stream = recovery.streams().size() + 1L; stream <= STREAMS; stream++) {
                script.create(stream);
            }
            Random random = new Random(recovery.position());
            while (true) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    long stream = 1L + random.nextInt(STREAMS);
                    String filler = "z".repeat(random.nextInt(600));
                    script.append(stream, stream + "/" + (script.high(stream) + 1) + "/" + filler);
                }
                script.commit(backend);
                ledger.println(script.position());
            }
        }
    }
}
