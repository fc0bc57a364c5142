package dev.fluxlog.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Proves("SPEC-2")
class SpecParserTest {

    private static final String ROW = "| STR-1 [M] [+] | met | numbers are dense | contract, image |";

    private SampleTree tree = new SampleTree(Path.of(""));

    @BeforeEach
    void inAFreshTree(@TempDir Path root) {
        tree = new SampleTree(root);
    }

    @Test
    void rowBecomesACriterion() {
        tree.withRows("streams.md", ROW);

        Location firstRow = new Location(tree.spec().resolve("streams.md"), SampleTree.FIRST_ROW);
        assertThat(parsed().problems()).isEmpty();
        assertThat(parsed().criteria())
                .containsExactly(new Criterion("STR-1", Status.MET, "numbers are dense", "contract, image", firstRow));
    }

    @Test
    void escapedBarBelongsToTheCell() {
        tree.withRows("streams.md", "| STR-1 | open | either `a\\|b` or none | unit |");

        assertThat(parsed().criteria())
                .singleElement()
                .extracting(Criterion::text)
                .isEqualTo("either `a\\|b` or none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "| STR-1 | open | too few cells |",
                "| STR-1 | open | one bar | too many | unit |",
                "| STR-1 | done | no such status | unit |",
                "| STR-1 | open |  | unit |",
                "| STR-1 | open | without proof | |",
                "| str-1 | open | an id in small letters | unit |",
                "| STR-0 | open | numbers begin with 1 | unit |",
                "| STR-1 [+] [M] | open | marks in the wrong order | unit |",
                "| STR-1 | open | the last bar is missing | unit",
                "STR-1 | open | the first bar is missing | unit |",
                "a sentence in the middle of the table"
            })
    void malformedRowIsReportedWithItsLine(String row) {
        tree.withRows("streams.md", ROW, row);

        assertThat(parsed().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.where().line()).isEqualTo(SampleTree.FIRST_ROW + 1))
                .satisfies(problem -> assertThat(problem.message()).startsWith("malformed row"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"## Purpose", "## Not in scope", "## Criteria"})
    void missingSectionIsReported(String heading) throws Exception {
        tree.withRows("streams.md", ROW);
        Path file = tree.spec().resolve("streams.md");
        Files.writeString(file, Files.readString(file).replace(heading, "## Something else"));

        assertThat(messages()).contains("the section '" + heading + "' is missing or empty");
    }

    @Test
    void emptySectionCountsAsMissing() {
        tree.with(
                "streams.md",
                "# Sample\n\n## Purpose\n\n## Not in scope\n\n- much\n\n## Criteria\n\n" + SampleTree.TABLE);

        assertThat(messages())
                .containsExactly(
                        "the section '## Purpose' is missing or empty",
                        "the section '## Criteria' is missing or empty");
    }

    @Test
    void tableWithOtherColumnsIsReported() {
        tree.withRows("streams.md", ROW);
        SpecFile sound = parsed();
        tree.with(
                "streams.md",
                "# S\n\n## Purpose\n\np\n\n## Not in scope\n\n- n\n\n## Criteria\n\n| id | text |\n" + ROW);

        assertThat(sound.problems()).isEmpty();
        assertThat(messages()).anyMatch(message -> message.startsWith("here the header of the table is expected"));
        assertThat(messages()).anyMatch(message -> message.startsWith("here the rule below the header is expected"));
    }

    @Test
    void tableOutsideItsSectionIsReported() throws Exception {
        tree.withRows("streams.md", ROW);
        Path file = tree.spec().resolve("streams.md");
        Files.writeString(file, Files.readString(file) + "\n## More\n\n| STR-2 | met | lost by a heading | unit |\n");

        assertThat(messages()).containsExactly("a table belongs into the section '## Criteria'");
    }

    @Test
    void retiredIdsAreReadWithTheirReason() {
        tree.withRetired("streams.md", ROW, "- STR-4: part of STR-2", "- STR-5 without a colon");

        assertThat(parsed().retired()).singleElement().satisfies(entry -> {
            assertThat(entry.id()).isEqualTo("STR-4");
            assertThat(entry.reason()).isEqualTo("part of STR-2");
        });
        assertThat(messages()).containsExactly("malformed entry, expected: - ID-1: reason");
    }

    @Test
    void fileThatIsNoTextIsAProblemAndNotAnEmptyFile() throws Exception {
        tree.withRows("streams.md", ROW);
        Files.write(tree.spec().resolve("streams.md"), new byte[] {(byte) 0xC3, (byte) 0x28});

        assertThat(messages()).anyMatch(message -> message.startsWith("this cannot be read"));
    }

    @Test
    void readmeIsNoFileOfCriteria() {
        tree.withRows("streams.md", ROW).with("README.md", "# How to read this\n");

        assertThat(Specification.in(tree.spec()).files())
                .extracting(SpecFile::name)
                .containsExactly("streams.md");
    }

    private SpecFile parsed() {
        return SpecParser.read(tree.spec().resolve("streams.md"));
    }

    private List<String> messages() {
        return parsed().problems().stream().map(Problem::message).toList();
    }
}
