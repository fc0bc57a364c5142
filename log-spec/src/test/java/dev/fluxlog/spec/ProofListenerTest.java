package dev.fluxlog.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the classes of {@link SampleTests} in a launcher of its own, whose only listener writes into a fresh folder. */
@Proves("SPEC-2")
class ProofListenerTest {

    @TempDir
    private Path root = Path.of("");

    @Test
    void everyOutcomeIsRecordedWithItsReason() {
        run(SampleTests.Plain.class);

        assertThat(lines())
                .containsExactly(
                        "STR-1 Plain.passes passed ",
                        "STR-2 Plain.fails failed java.lang.AssertionError: broken on purpose",
                        "STR-3 Plain.isAborted skipped org.opentest4j.TestAbortedException: Assumption failed: no browser",
                        "STR-3 Plain.isDisabled skipped not yet",
                        "STR-4 Plain.passes passed ");
    }

    @Test
    void testWithoutIdLeavesNoTrace() {
        run(SampleTests.Unlinked.class);

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void severalInvocationsPassOnlyTogether() {
        run(SampleTests.Repeated.class);

        assertThat(lines())
                .containsExactly(
                        "STR-1 Repeated.allPass(int) passed ",
                        "STR-1 Repeated.dynamicTestsPass passed ",
                        "STR-2 Repeated.lastFails(int) failed java.lang.AssertionError: broken on purpose",
                        "STR-2 Repeated.oneDynamicTestFails failed java.lang.AssertionError: broken on purpose",
                        "STR-3 Repeated.noneIsMade skipped nothing in it ran",
                        "STR-3 Repeated.oneIsAborted(int) skipped org.opentest4j.TestAbortedException: Assumption failed: 2");
    }

    @Test
    void disabledClassSkipsAllItsTests() {
        run(SampleTests.DisabledClass.class);

        assertThat(lines())
                .containsExactly(
                        "STR-1 DisabledClass.Inner.passes skipped no disk",
                        "STR-1 DisabledClass.passes skipped no disk");
    }

    @Test
    void classThatCannotBeSetUpFailsAllItsTests() {
        run(SampleTests.BrokenBefore.class);

        assertThat(lines())
                .containsExactly("STR-1 BrokenBefore.passes failed java.lang.AssertionError: broken on purpose");
    }

    @Test
    void classThatFailsAtItsEndTakesItsPassedTestsAlong() {
        run(SampleTests.BrokenAfter.class);

        assertThat(lines())
                .containsExactly("STR-1 BrokenAfter.passes failed java.lang.AssertionError: broken on purpose");
    }

    @Test
    void contractCountsForTheClassThatExtendsIt() {
        run(SampleTests.Memory.class, SampleTests.Disk.class);

        assertThat(lines())
                .containsExactly(
                        "STR-1 Disk.Reading.readsBack passed ",
                        "STR-1 Disk.appends passed ",
                        "STR-1 Memory.Reading.readsBack passed ",
                        "STR-1 Memory.appends passed ",
                        "STR-2 Disk.Reading.readsBack passed ",
                        "STR-2 Memory.Reading.readsBack passed ",
                        "STR-3 Disk.Reading.readsBack passed ",
                        "STR-3 Disk.appends passed ");
    }

    @Test
    void classRunSeveralTimesPassesOnlyAsAWhole() {
        run(SampleTests.WithArguments.class);

        assertThat(lines())
                .containsExactly("STR-1 WithArguments.isSmall failed java.lang.AssertionError: broken on purpose");
    }

    @Test
    void parallelTestsAreAllRecorded() {
        run(SampleTests.Parallel.class);

        assertThat(lines()).hasSize(8).allMatch(line -> line.endsWith(" passed "));
    }

    @Test
    void classSpeaksForTheTestsOfAnEngineWithoutMethods() {
        run(new ClassOnlyEngine(SampleTests.Memory.class), SampleTests.Memory.class);

        assertThat(lines()).containsExactly("STR-1 Memory.rule one passed ");
    }

    @Test
    void eachRunHasAFileOfItsOwn() {
        run(SampleTests.Plain.class);
        run(SampleTests.Plain.class);

        assertThat(lines()).hasSize(10);
    }

    private void run(Class<?>... classes) {
        run(new JupiterTestEngine(), classes);
    }

    private void run(TestEngine engine, Class<?>... classes) {
        LauncherConfig alone = LauncherConfig.builder()
                .enableTestEngineAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .addTestEngines(engine)
                .addTestExecutionListeners(
                        new ProofListener(root.resolve("target").resolve("proofs")))
                .build();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        List.of(classes).stream().map(type -> selectClass(type)).toList())
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .build();
        LauncherFactory.create(alone).execute(request);
    }

    /** Id, test, outcome and reason, with the name of the surrounding class cut off. */
    private List<String> lines() {
        RecordedProofs read = ProofScan.below(root);
        assertThat(read.problems()).isEmpty();
        return read.proofs().stream()
                .map(RecordedProof::proof)
                .map(proof -> proof.id() + " "
                        + proof.test().replace(SampleTests.class.getName() + "$", "") + " "
                        + ProofLine.word(proof.outcome().kind()) + " "
                        + proof.outcome().reason())
                .toList();
    }
}
