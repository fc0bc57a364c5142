package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A child that serves a directory. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("fluxlog ready on (http://127\\.0\\.0\\.1:([0-9]+))");

    private final ChildProcess child;
    private String url = "";
    private int port;

    private ServerProcess(ChildProcess child) {
        this.child = child;
    }

    /** Starts on any free port and waits until it is ready. */
    static ServerProcess start(Path scratch, Path data, String... options) {
        ServerProcess server = launch(scratch, data, 0, options);
        server.awaitReady();
        return server;
    }

    /** Starts and does not wait. */
    static ServerProcess launch(Path scratch, Path data, int port, String... options) {
        List<String> words =
                new ArrayList<>(List.of("serve", "--data", data.toString(), "--listen", "127.0.0.1:" + port));
        words.addAll(List.of(options));
        return new ServerProcess(ChildProcess.start(scratch, words.toArray(String[]::new)));
    }

    void awaitReady() {
        Matcher ready = READY.matcher(child.line());
        assertThat(ready.matches()).as("the ready line").isTrue();
        url = ready.group(1);
        port = Integer.parseInt(ready.group(2));
    }

    String url() {
        return url;
    }

    int port() {
        return port;
    }

    /** Memory that it has resident, in MiB; 0 where the operating system does not tell. */
    double residentMib() throws IOException {
        return child.residentMib();
    }

    String notices() {
        return child.notices();
    }

    boolean endsWithin(Duration time) {
        return child.endsWithin(time);
    }

    int exitCode() {
        return child.exitCode();
    }

    /** What it has printed beside the ready line. */
    List<String> waitingLines() {
        return child.waitingLines();
    }

    void kill() {
        child.kill();
    }

    /** SIGTERM, which is an orderly end. */
    void stop() {
        child.terminate();
        assertThat(child.exitCode())
                .as("exit code after SIGTERM; standard error was: %s", notices())
                .isZero();
    }

    void terminate() {
        child.terminate();
    }

    @Override
    public void close() {
        child.close();
    }
}
