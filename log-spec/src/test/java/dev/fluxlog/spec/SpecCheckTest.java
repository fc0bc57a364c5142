package dev.fluxlog.spec;

import static dev.fluxlog.spec.SampleTree.proof;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Proves("SPEC-2")
class SpecCheckTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private SampleTree tree = new SampleTree(Path.of(""));

    @BeforeEach
    void inATreeWithTwoFiles(@TempDir Path root) {
        tree = new SampleTree(root)
                .withRows("state.md", "| KV-1 | open | keys are kept | contract |")
                .withRows(
                        "streams.md",
                        "| STR-1 | met | numbers are dense | contract |",
                        "| STR-2 | open | nothing is lost | browser |");
    }

    @Test
    void soundTreeEndsWithZeroAndPrintsALinePerFileAndTheTotals() {
        tree.withProofs("log-core", proof("STR-1", "counts", Outcome.PASSED));

        assertThat(exitStatus()).isZero();
        assertThat(lines())
                .containsExactly(
                        "state.md       met   0  open   1  total   1",
                        "streams.md     met   1  open   1  total   2",
                        "total          met   1  open   2  total   3");
    }

    @Test
    void problemsAreAllPrintedAndEndWithOne() {
        tree.withProofs("log-core", proof("KV-7", "reads", Outcome.failed("no key")));

        assertThat(exitStatus()).isEqualTo(1);
        assertThat(lines())
                .anyMatch(line -> line.endsWith("streams.md:15: STR-1 is met, but no linked test was run"))
                .anyMatch(line -> line.endsWith("reads names KV-7, which is unknown"))
                .anyMatch(line -> line.endsWith("reads names KV-7 and failed: no key"))
                .contains("total          met   1  open   2  total   3");
    }

    @Test
    void everyCriterionHasALineWhenAsked() {
        tree.withProofs(
                "log-core",
                proof("STR-1", "counts", Outcome.PASSED),
                proof("STR-1", "countsInABrowser", Outcome.skipped("no browser")),
                proof("STR-2", "loses", Outcome.skipped("no browser")));

        assertThat(exitStatus("--all")).isZero();
        assertThat(lines())
                .contains(
                        "KV-1     open  no test  passed 0, failed 0, skipped 0",
                        "STR-1    met   passed   passed 1, failed 0, skipped 1 (no browser)",
                        "STR-2    open  skipped  passed 0, failed 0, skipped 1 (no browser)");
    }

    @Test
    void criterionWithOneFailedTestIsShownAsFailed() {
        tree.withProofs(
                "log-core",
                proof("STR-1", "counts", Outcome.PASSED),
                proof("STR-1", "countsTwice", Outcome.failed("3")));

        assertThat(exitStatus("--all")).isEqualTo(1);
        assertThat(lines()).contains("STR-1    met   failed   passed 1, failed 1, skipped 0");
    }

    @Test
    void skippedTestsAreAlwaysPrintedWithTheirReason() {
        tree.withProofs(
                "log-core",
                proof("STR-1", "counts", Outcome.PASSED),
                proof("STR-2", "loses", Outcome.skipped("no browser")));

        assertThat(exitStatus()).isZero();
        assertThat(lines()).contains("skipped STR-2 dev.fluxlog.SampleTest.loses: no browser");
    }

    @Test
    void openCriteriaFailTheCheckOfACompleteSpecification() {
        tree.withProofs("log-core", proof("STR-1", "counts", Outcome.PASSED));

        assertThat(exitStatus("--complete")).isEqualTo(1);
        assertThat(lines()).anyMatch(line -> line.endsWith("STR-2 is open"));
    }

    @Test
    void whatIsMetByABrowserNeedsATestAndWhereJudgesWereRunARulingToo() {
        tree.withRows(
                        "judged.md",
                        "| SUB-1 | met | it resumes | wire, browser |",
                        "| SUB-2 | met | 332 | suite (judge) |")
                .withProofs(
                        "log-sse",
                        proof("STR-1", "counts", Outcome.PASSED),
                        proof("SUB-1", "resumes", Outcome.PASSED),
                        proof("SUB-2", "speaks", Outcome.PASSED))
                .withRulings("sse", new Proof("SUB-1", "judges/sse", "Chromium", Outcome.PASSED));

        assertThat(exitStatus()).isZero();
        assertThat(lines()).noneMatch(line -> line.startsWith("judged "));
        assertThat(exitStatus("--judged")).isEqualTo(1);
        assertThat(lines())
                .contains("judged SUB-1 judges/sse.Chromium: passed")
                .anyMatch(line -> line.endsWith("SUB-2 is met, but no judge has ruled that it passed"))
                .noneMatch(line -> line.contains("SUB-1 is met") || line.contains("STR-1 is met"));

        tree.withRulings("suite", new Proof("SUB-2", "judges/suite", "332 cases", Outcome.PASSED));
        assertThat(exitStatus("--judged")).isZero();
    }

    @Test
    void rulingsAgainstUsFailAndNeverStandInForATest() {
        tree.withRulings(
                "sse",
                new Proof("STR-1", "judges/sse", "Chromium", Outcome.PASSED),
                new Proof("STR-2", "judges/sse", "Chromium", Outcome.failed("2 is missing")));

        assertThat(exitStatus("--judged")).isEqualTo(1);
        assertThat(lines())
                .anyMatch(line -> line.endsWith("STR-1 is met, but no linked test was run"))
                .anyMatch(line -> line.endsWith("Chromium names STR-2 and failed: 2 is missing"));
    }

    @Test
    void specificationThatIsNotThereIsNoSuccess() {
        Path nowhere = tree.root().resolve("nowhere");

        assertThat(run(List.of(nowhere.toString(), tree.root().toString()))).isEqualTo(2);
        assertThat(run(List.of(tree.spec().toString(), nowhere.toString()))).isEqualTo(2);
    }

    @Test
    void specificationWithoutFilesIsNoSuccess(@TempDir Path empty) {
        assertThat(run(List.of(empty.toString(), tree.root().toString()))).isEqualTo(1);
    }

    @Test
    void wrongUseIsExplained() {
        assertThat(run(List.of("one"))).isEqualTo(2);
        assertThat(exitStatus("--everything")).isEqualTo(2);
        assertThat(lines()).allMatch(line -> line.startsWith("Usage: "));
    }

    private int exitStatus(String... flags) {
        return run(Stream.concat(
                        Stream.of(flags),
                        Stream.of(tree.spec().toString(), tree.root().toString()))
                .toList());
    }

    private int run(List<String> arguments) {
        return new SpecCheck(new PrintStream(printed, true, StandardCharsets.UTF_8)).run(arguments);
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
