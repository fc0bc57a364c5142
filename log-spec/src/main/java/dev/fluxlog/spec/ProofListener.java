package dev.fluxlog.spec;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes down the outcome of every test that carries {@link Proves}, one file per test run, into {@code target/proofs}
 * below the working directory or wherever the system property {@code fluxlog.proofs.dir} says.
 *
 * <p>The launcher finds it by {@code ServiceLoader}. A linked test has passed only if all its invocations passed and at
 * least one ran; what happens to a class happens to all its tests. A run that dies before its end leaves no file, and
 * what it would have shown stays unproved.
 */
public final class ProofListener implements TestExecutionListener {

    /** Names the directory for the files. */
    static final String DIRECTORY_PROPERTY = "fluxlog.proofs.dir";

    private static final String DIRECTORY_DEFAULT = "target/proofs";

    private final Path directory;
    private volatile @Nullable TestRun run;

    /** Called by the launcher. */
    public ProofListener() {
        this(Path.of(System.getProperty(DIRECTORY_PROPERTY, DIRECTORY_DEFAULT)));
    }

    ProofListener(Path directory) {
        this.directory = directory;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        run = new TestRun(plan);
    }

    @Override
    public void executionStarted(TestIdentifier node) {
        run().begun(node);
    }

    @Override
    public void executionSkipped(TestIdentifier node, String reason) {
        run().everythingBelow(node, Outcome.skipped(reason));
    }

    @Override
    public void executionFinished(TestIdentifier node, TestExecutionResult result) {
        Outcome outcome = Outcome.of(result);
        if (node.isTest()) {
            run().ended(node, outcome);
        } else if (outcome.kind() != Outcome.Kind.PASSED) {
            run().everythingBelow(node, outcome);
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        ProofFile.write(directory, run().proofs());
    }

    private TestRun run() {
        return Objects.requireNonNull(run, "no test plan has started");
    }
}
