package dev.fluxlog.spec;

import static dev.fluxlog.spec.SampleTree.proof;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Proves("SPEC-2")
class JudgementTest {

    private static final String MET = "| STR-1 [M] | met | numbers are dense | contract |";
    private static final String OPEN = "| STR-2 | open | nothing is lost | kill -9 |";

    private SampleTree tree = new SampleTree(Path.of(""));

    @BeforeEach
    void inAFreshTree(@TempDir Path root) {
        tree = new SampleTree(root);
    }

    @Test
    void metCriterionWithPassedTestIsNoProblem() {
        tree.withRows("streams.md", MET, OPEN).withProofs("log-core", proof("STR-1", "counts", Outcome.PASSED));

        assertThat(problems()).isEmpty();
    }

    @Test
    void metCriterionWithoutTestIsReportedAtItsRow() {
        tree.withRows("streams.md", OPEN, MET);

        assertThat(problems()).containsExactly("streams.md:16: STR-1 is met, but no linked test was run");
    }

    @Test
    void metCriterionWhoseTestsWereOnlySkippedIsReportedWithTheReason() {
        tree.withRows("streams.md", MET)
                .withProofs("log-core", proof("STR-1", "counts", Outcome.skipped("no browser here")));

        assertThat(problems())
                .containsExactly(
                        "streams.md:15: STR-1 is met, but its linked tests were only skipped: no browser here");
    }

    @Test
    void skippedTestBesideOneThatPassedIsNoProblem() {
        tree.withRows("streams.md", MET)
                .withProofs("log-core", proof("STR-1", "counts", Outcome.skipped("no browser here")))
                .withProofs("log-sse", proof("STR-1", "counts", Outcome.PASSED));

        assertThat(problems()).isEmpty();
    }

    @Test
    void failedTestIsReportedEvenBesideOneThatPassed() {
        tree.withRows("streams.md", MET)
                .withProofs("log-core", proof("STR-1", "counts", Outcome.PASSED))
                .withProofs("log-sse", proof("STR-1", "breaks", Outcome.failed("expected 1")));

        assertThat(problems()).singleElement().asString().endsWith("breaks names STR-1 and failed: expected 1");
    }

    @Test
    void failedTestOfAnOpenCriterionIsReported() {
        tree.withRows("streams.md", OPEN)
                .withProofs("log-core", proof("STR-2", "breaks", Outcome.failed("expected 1")));

        assertThat(problems()).singleElement().asString().endsWith("breaks names STR-2 and failed: expected 1");
    }

    @Test
    void metCriterionWhoseOnlyTestFailedIsReportedAtItsRowToo() {
        tree.withRows("streams.md", MET).withProofs("log-core", proof("STR-1", "breaks", Outcome.failed("no")));

        assertThat(problems()).contains("streams.md:15: STR-1 is met, but its linked tests failed");
    }

    @Test
    void unknownIdIsReportedWithTheTestThatNamesIt() {
        tree.withRows("streams.md", OPEN).withProofs("log-core", proof("STR-99", "counts", Outcome.PASSED));

        assertThat(problems())
                .singleElement()
                .asString()
                .matches(".*\\.tsv:1: dev\\.fluxlog\\.SampleTest\\.counts names STR-99, which is unknown");
    }

    @Test
    void retiredIdIsReportedWithTheTestThatNamesIt() {
        tree.withRetired("streams.md", OPEN, "- STR-4: part of STR-2")
                .withProofs("log-core", proof("STR-4", "counts", Outcome.PASSED));

        assertThat(problems()).singleElement().asString().endsWith("counts names STR-4, which is retired");
    }

    @Test
    void idUsedTwiceIsReportedAcrossFiles() {
        tree.withRows("state.md", OPEN).withRows("streams.md", OPEN);

        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("streams.md:15: STR-2 is used twice, first in ")
                .endsWith("state.md:15");
    }

    @Test
    void retiredIdUsedAgainIsReported() {
        tree.withRetired("streams.md", OPEN, "- STR-2: once something else");

        assertThat(problems()).singleElement().asString().startsWith("streams.md:19: STR-2 is used twice");
    }

    @Test
    void openCriterionIsAProblemOnlyWhenTheWholeIsAskedFor() {
        tree.withRows("streams.md", OPEN);
        Judgement complete =
                Judgement.of(Specification.in(tree.spec()), ProofScan.below(tree.root()), Judgement.Openness.REFUSED);

        assertThat(problems()).isEmpty();
        assertThat(texts(complete)).containsExactly("streams.md:15: STR-2 is open");
    }

    private List<String> problems() {
        return texts(tree.judged());
    }

    private List<String> texts(Judgement judgement) {
        String specFolder = tree.spec() + "/";
        return judgement.problems().stream()
                .map(problem -> problem.toString())
                .map(text -> text.startsWith(specFolder) ? text.substring(specFolder.length()) : text)
                .toList();
    }
}
