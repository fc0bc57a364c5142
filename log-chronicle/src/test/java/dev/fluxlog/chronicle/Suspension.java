package dev.fluxlog.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;

/** Stops processes and lets them go on, by signal. */
final class Suspension {
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);

    private Suspension() {}

    /** Returns when somebody lets this process go on. */
    static void ofThisProcess() {
        signal("STOP", ProcessHandle.current().pid());
    }

    static void awaitStopped(Process process) {
        Awaitility.await().atMost(WAIT_MAX).until(() -> state(process) == 'T');
    }

    static void stop(Process process) {
        signal("STOP", process.pid());
        awaitStopped(process);
    }

    static void goOn(Process process) {
        signal("CONT", process.pid());
    }

    private static char state(Process process) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    private static void signal(String name, long pid) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start();
            Assertions.assertThat(kill.waitFor()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
