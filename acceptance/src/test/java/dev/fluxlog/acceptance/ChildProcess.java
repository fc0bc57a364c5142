package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A child JVM of the packaged command: tracked, stopped by its own pid, bounded in time.
 *
 * <p>Its temporary files go into a folder of the test. Every child is known to {@link #alive()}, and a hook of this JVM
 * ends those that a broken test run leaves.
 */
final class ChildProcess implements AutoCloseable {
    /** Nothing here takes that long: whoever waits longer has failed. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String END = "\0end of output";
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
    private final List<String> notices = new ArrayList<>();
    private final Thread reader;
    private final Thread noticesReader;

    private ChildProcess(Process process) {
        this.process = process;
        reader = pump("child-output", process.getInputStream(), output::add, () -> output.add(END));
        noticesReader = pump(
                "child-notices",
                process.getErrorStream(),
                line -> {
                    synchronized (notices) {
                        notices.add(line);
                    }
                },
                () -> {});
    }

    /** Pids of children that have not ended. */
    static List<Long> alive() {
        return ALIVE.stream().filter(Process::isAlive).map(Process::pid).toList();
    }

    /** @param scratch folder of the test, for temporary files of the child */
    static ChildProcess start(Path scratch, String... words) {
        return start(scratch, Map.of(), words);
    }

    static ChildProcess start(Path scratch, Map<String, String> environment, String... words) {
        try {
            Path temporary = Files.createDirectories(scratch.resolve("tmp"));
            // Skips the test where there is none, before anything is started with it.
            String jar = FluxlogJar.path().toString();
            List<String> command = new ArrayList<>(java());
            command.addAll(ClassArchive.options());
            command.addAll(List.of("-Djava.io.tmpdir=" + temporary, "-jar", jar));
            command.addAll(List.of(words));
            ProcessBuilder builder = new ProcessBuilder(command).directory(scratch.toFile());
            builder.environment().remove("FLUXLOG_URL");
            builder.environment().putAll(environment);
            Process process = builder.start();
            ALIVE.add(process);
            process.onExit().thenAccept(ALIVE::remove);
            return new ChildProcess(process);
        } catch (IOException cannotStart) {
            throw new UncheckedIOException(cannotStart);
        }
    }

    /** A JVM for short lives. */
    static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx256m");
    }

    /** What a command that ended has left. */
    record Ended(int code, List<String> output, String notices) {}

    /** Runs a command to its end. */
    static Ended run(Path scratch, byte[] input, String... words) {
        try (ChildProcess child = start(scratch, words)) {
            child.input(input);
            int code = child.exitCode();
            return new Ended(code, child.restOfOutput(), child.notices());
        }
    }

    /** Writes all of standard input and closes it. */
    void input(byte[] bytes) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(bytes);
        } catch (IOException endedEarly) {
            // Its exit code tells more.
        }
    }

    /** The next line of standard output. */
    String line() {
        return line(PATIENCE);
    }

    String line(Duration patience) {
        String line = poll(patience);
        assertThat(line)
                .as("a line of output; standard error was: %s", notices())
                .isNotNull()
                .isNotEqualTo(END);
        return String.valueOf(line);
    }

    private @Nullable String poll(Duration patience) {
        try {
            return output.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private List<String> restOfOutput() {
        List<String> lines = new ArrayList<>();
        for (String line = poll(PATIENCE); line != null && !line.equals(END); line = poll(PATIENCE)) {
            lines.add(line);
        }
        return lines;
    }

    /** Lines of standard output that nobody has taken; the process has ended. */
    List<String> waitingLines() {
        assertThat(process.isAlive()).as("the process still writes").isFalse();
        join(reader);
        List<String> lines = new ArrayList<>();
        output.drainTo(lines);
        lines.remove(END);
        return lines;
    }

    /** Standard error so far. */
    String notices() {
        if (!process.isAlive()) {
            join(noticesReader);
        }
        synchronized (notices) {
            return String.join("\n", notices);
        }
    }

    double residentMib() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (Files.exists(status)) {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
                }
            }
        }
        return 0;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end, for as long as that may take here. */
    int exitCode() {
        assertThat(endsWithin(PATIENCE))
                .as("the process ends; standard error was: %s", notices())
                .isTrue();
        return process.exitValue();
    }

    boolean endsWithin(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Nobody reads standard output any more. */
    void closeOutput() throws IOException {
        process.getInputStream().close();
    }

    /** SIGTERM; unlike {@link Process#destroy} it leaves the pipes open, in which the process tells how it ended. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** {@code kill -9}, and the end of it. */
    void kill() {
        process.destroyForcibly();
        exitCode();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread pump(String name, InputStream from, Consumer<String> to, Runnable end) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            to.accept(line);
                        }
                    } catch (IOException killed) {
                        // The end of the output, like any other.
                    }
                    end.run();
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
