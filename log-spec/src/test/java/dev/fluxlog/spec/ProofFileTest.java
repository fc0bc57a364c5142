package dev.fluxlog.spec;

import static dev.fluxlog.spec.SampleTree.proof;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Proves("SPEC-2")
class ProofFileTest {

    @TempDir
    private Path root = Path.of("");

    @Test
    void everyOutcomeReadsBackAsWritten() {
        Proof passed = proof("STR-1", "a(int, java.lang.String)", Outcome.PASSED);
        Proof skipped = proof("STR-1", "b", Outcome.skipped("kein Browser: „chromium“"));
        Proof failed = proof("STR-2", "c", Outcome.failed("expected 1"));
        new SampleTree(root).withProofs("log-core", passed, skipped, failed);

        assertThat(recorded()).containsExactly(passed, skipped, failed);
    }

    @Test
    void reasonOverSeveralLinesStaysOneLine() {
        new SampleTree(root)
                .withProofs("log-core", proof("STR-1", "a", Outcome.failed("expected:\n\t1\r\nbut was\n\t2")));

        assertThat(recorded()).extracting(Proof::outcome).containsExactly(Outcome.failed("expected: 1 but was 2"));
    }

    @Test
    void endlessReasonIsCut() {
        new SampleTree(root).withProofs("log-core", proof("STR-1", "a", Outcome.failed("x".repeat(100_000))));

        assertThat(recorded())
                .singleElement()
                .satisfies(
                        read -> assertThat(read.outcome().reason()).hasSize(401).endsWith("…"));
    }

    @Test
    void runsThatShareADirectoryKeepTheirRecordsApart() {
        SampleTree tree = new SampleTree(root);
        tree.withProofs("log-core", proof("STR-1", "a", Outcome.PASSED));
        tree.withProofs("log-core", proof("STR-1", "a", Outcome.failed("in another fork")));

        assertThat(recorded()).hasSize(2);
    }

    @Test
    void runWithoutLinkedTestsLeavesNoFile() {
        new SampleTree(root).withProofs("log-core");

        assertThat(root).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"STR-1\ta\tb\tpassed", "STR-1\ta\tb\tgreat\t", "STR-1 a b passed", "a\tb\tc\tpassed\td\te", ""})
    void lineOfAnotherFormIsReportedWithItsNumber(String line) {
        new SampleTree(root).withProofText("log-core", "STR-1\ta\tb\tpassed\t\n" + line + "\n");

        RecordedProofs read = ProofScan.below(root);
        assertThat(read.proofs()).hasSize(1);
        assertThat(read.problems()).singleElement().asString().contains("by-hand.tsv:2: this is not a line");
    }

    @Test
    void recordsAreFoundAtAnyDepthAndNowhereElse() throws Exception {
        SampleTree tree = new SampleTree(root);
        Proof found = proof("STR-1", "a", Outcome.PASSED);
        tree.withProofs("examples/one module/ünï", found);
        tree.withProofs(".git/copy", found).withProofs("log-core/src", found);
        Files.createDirectories(root.resolve("target/proofs/folder.tsv"));
        Files.writeString(root.resolve("target/other.tsv"), "no record");

        RecordedProofs read = ProofScan.below(root);
        assertThat(read.problems()).isEmpty();
        assertThat(read.proofs()).extracting(RecordedProof::proof).containsExactly(found);
    }

    @Test
    void recordThatIsNoTextIsAProblemAndNotAnEmptyRecord() throws Exception {
        new SampleTree(root).withProofText("log-core", "");
        Files.write(root.resolve("log-core/target/proofs/by-hand.tsv"), new byte[] {(byte) 0xC3, (byte) 0x28});

        assertThat(ProofScan.below(root).problems()).singleElement().asString().contains("this cannot be read");
    }

    private List<Proof> recorded() {
        RecordedProofs read = ProofScan.below(root);
        assertThat(read.problems()).isEmpty();
        return read.proofs().stream().map(RecordedProof::proof).toList();
    }
}
