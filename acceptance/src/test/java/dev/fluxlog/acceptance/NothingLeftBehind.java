package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that leaves a child process; the folder of the test is JUnit's to remove, and to complain about. */
final class NothingLeftBehind implements AfterEachCallback {
    @Override
    public void afterEach(ExtensionContext context) {
        List<Long> left = ChildProcess.alive();
        left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        assertThat(left).as("pids of processes left behind").isEmpty();
    }
}
