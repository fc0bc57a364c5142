package dev.fluxlog.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at the specification of this repository itself. */
class SpecificationTextTest {

    private static final Path ROOT = Path.of("..");
    private static final Path TEXT = ROOT.resolve("docs").resolve("spec");
    private static final Pattern ABSOLUTE_PATH =
            Pattern.compile("(?<![\\w.~*])/(home|root|usr|var|opt|etc|tmp|mnt|Users)\\b|\\b[A-Z]:\\\\|file:/");
    private static final Pattern BRACKETS = Pattern.compile(" \\([^)]*\\)");
    private static final Pattern KIND = Pattern.compile(", ");

    private final Specification specification = Specification.in(TEXT);

    @Test
    @Proves("SPEC-1")
    void sixFilesHavePurposeLimitsAndCriteria() {
        assertThat(specification.problems()).isEmpty();
        assertThat(specification.files())
                .extracting(SpecFile::name)
                .containsExactlyInAnyOrder(
                        "streams.md", "subscribe.md", "state.md", "sync.md", "operations.md", "build.md");
    }

    @Test
    @Proves("SPEC-1")
    void folderHoldsPlainTextAndNoAbsolutePath() throws Exception {
        try (Stream<Path> files = Files.walk(TEXT).filter(Files::isRegularFile)) {
            assertThat(files).isNotEmpty().allSatisfy(file -> {
                assertThat(file.toString()).endsWith(".md");
                assertThat(Files.readString(file)).doesNotContainPattern(ABSOLUTE_PATH);
            });
        }
    }

    @Test
    @Proves("SPEC-1")
    void copyElsewhereIsVerifiedByItsOwnFilesAlone(@TempDir Path elsewhere) throws Exception {
        SampleTree copy = new SampleTree(elsewhere);
        for (SpecFile file : specification.files()) {
            copy.with(file.name(), Files.readString(TEXT.resolve(file.name())));
        }
        assertThat(exitStatus(copy)).isEqualTo(1);

        copy.withProofs("any-module", proofOfEveryClaim());
        assertThat(exitStatus(copy)).isZero();
    }

    @Test
    void everyKindOfProofIsExplained() throws Exception {
        Set<String> explained = Files.readAllLines(TEXT.resolve("README.md")).stream()
                .map(TableRow::of)
                .flatMap(row -> row.stream())
                .map(row -> row.cells().get(0))
                .collect(Collectors.toSet());

        assertThat(specification.criteria().stream()
                        .flatMap(criterion -> KIND.splitAsStream(
                                BRACKETS.matcher(criterion.proof()).replaceAll(""))))
                .isSubsetOf(explained);
    }

    @Test
    @Proves("SPEC-2")
    void buildRunsTheCheckAfterAllOtherModules() throws Exception {
        String modules = Files.readString(ROOT.resolve("pom.xml"));
        String last = Files.readString(ROOT.resolve("acceptance").resolve("pom.xml"));

        assertThat(modules).containsPattern("<module>acceptance</module>\\s*</modules>");
        assertThat(last).contains("<argument>" + SpecCheck.class.getName() + "</argument>", "<phase>verify</phase>");
    }

    private Proof[] proofOfEveryClaim() {
        return specification.criteria().stream()
                .filter(criterion -> criterion.status() == Status.MET)
                .map(criterion -> SampleTree.proof(criterion.id(), "holds", Outcome.PASSED))
                .toArray(Proof[]::new);
    }

    private static int exitStatus(SampleTree tree) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new SpecCheck(nowhere)
                .run(List.of(tree.spec().toString(), tree.root().toString()));
    }
}
