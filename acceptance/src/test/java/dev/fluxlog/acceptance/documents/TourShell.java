package dev.fluxlog.acceptance.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A shell that is typed into, as a reader of a document would.
 *
 * <p>What a command prints, and what comes from the background meanwhile, is one text; a line that is promised has to
 * appear in it somewhere, because the two have no order.
 */
final class TourShell implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final StringBuilder output = new StringBuilder();

    TourShell(Path folder, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh").directory(folder.toFile());
        builder.redirectError(folder.resolve("errors").toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        Thread reading = new Thread(this::read, "tour-output");
        reading.setDaemon(true);
        reading.start();
    }

    private void read() {
        try (Reader reader = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            char[] some = new char[1024];
            for (int n = reader.read(some); n >= 0; n = reader.read(some)) {
                synchronized (output) {
                    output.append(some, 0, n);
                    output.notifyAll();
                }
            }
        } catch (IOException ended) {
            // The shell has been closed.
        }
    }

    /** Types a command and waits for the lines that it promises. */
    void run(String command, List<String> promised) throws IOException, InterruptedException {
        int before;
        synchronized (output) {
            before = output.length();
        }
        OutputStream typed = process.getOutputStream();
        typed.write((command + "\n").getBytes(StandardCharsets.UTF_8));
        typed.flush();
        for (String line : promised) {
            await(command, pattern(line), before);
        }
    }

    private void await(String command, Pattern line, int before) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (output) {
            while (!line.matcher(output).region(before, output.length()).find() && System.nanoTime() < deadline) {
                output.wait(100);
            }
            assertThat(output.substring(before)).as("output of: %s", command).containsPattern(line);
        }
    }

    /** An ellipsis stands for anything within a line. */
    static Pattern pattern(String line) {
        return Pattern.compile(
                Stream.of(line.split("…", -1)).map(Pattern::quote).collect(Collectors.joining("[^\n]*")));
    }

    /** Waits for everything that was started to have ended by itself. */
    void end() throws IOException, InterruptedException {
        List<ProcessHandle> started = process.descendants().toList();
        process.getOutputStream().close();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("the shell ends")
                .isTrue();
        for (ProcessHandle child : started) {
            assertThat(child.onExit().completeOnTimeout(child, PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .succeedsWithin(PATIENCE_SECONDS * 2, TimeUnit.SECONDS);
            assertThat(child.isAlive())
                    .as("process %s is left behind", child.info())
                    .isFalse();
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
