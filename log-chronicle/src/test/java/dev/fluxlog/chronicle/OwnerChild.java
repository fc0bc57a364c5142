package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;

/**
 * A process that opens a log when it is told to, appends, says what came of it, and stays until it is killed.
 *
 * <p>It says {@code ready}; after {@code go} either {@code busy} and ends, or {@code owner} with its own process id, the
 * highest position and the milliseconds it took to open and to append.
 */
final class OwnerChild implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    private OwnerChild(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** @param before words in front of the command, which give the process its surroundings */
    static OwnerChild start(Path directory, String... before) throws IOException {
        List<String> command = new ArrayList<>(List.of(before));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-"))
                .forEach(command::add);
        // Without counters in a file that is named after the process id, which is not one of a kind in a container.
        command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(OwnerChild.class.getName(), directory.toString()));
        Path errors = Files.createTempFile("owner", ".errors");
        errors.toFile().deleteOnExit();
        return new OwnerChild(
                new ProcessBuilder(command).redirectError(errors.toFile()).start());
    }

    /** Lets the process begin, once it is there. */
    OwnerChild go() throws IOException {
        Assertions.assertThat(answer()).isEqualTo("ready");
        OutputStream orders = process.getOutputStream();
        orders.write("go\n".getBytes(StandardCharsets.US_ASCII));
        orders.flush();
        return this;
    }

    String answer() throws IOException {
        String line = answers.readLine();
        Assertions.assertThat(line).as("the child answers").isNotNull();
        return String.valueOf(line);
    }

    /** The process that opened the log; one around it ends with it. */
    void kill() throws InterruptedException {
        List<ProcessHandle> inside = process.descendants().toList();
        (inside.isEmpty() ? List.of(process.toHandle()) : inside).forEach(ProcessHandle::destroyForcibly);
        Assertions.assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out =
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println("ready");
        orders.readLine();
        long begin = System.nanoTime();
        ChronicleBackend backend = new ChronicleBackend(Path.of(arguments[0]), TestLogs.smallInProcess());
        Script script = new Script();
        try {
            script.resume(backend.recover());
        } catch (StorageException refused) {
            out.println(refused.kind() == StorageException.Kind.BUSY ? "busy" : refused.toString());
            return;
        }
        if (script.position() == 0) {
            script.create(1);
        }
        script.append(1, "event").commit(backend);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        out.println("owner " + ProcessHandle.current().pid() + " " + script.position() + " " + millis);
        orders.readLine();
    }
}
