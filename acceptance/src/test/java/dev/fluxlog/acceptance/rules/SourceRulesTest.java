package dev.fluxlog.acceptance.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules about the text of sources, which no class file shows. */
final class SourceRulesTest {
    /** Written so that it does not find itself. */
    private static final Pattern UNFINISHED = Pattern.compile("\\b(T[O]DO|FIX[M]E|X[X]X)\\b");

    private static final List<String> SOURCES = List.of(".java", ".xml", ".html", ".js", ".sh", ".properties");

    @Test
    void nothingIsLeftForLater() {
        List<String> found = Repository.files(SourceRulesTest::isSource).stream()
                .flatMap(file -> unfinished(Repository.shown(file), Repository.text(file)))
                .toList();
        assertThat(found)
                .as("because a note to do something later is read by nobody: do it, or leave it out")
                .isEmpty();
    }

    @Test
    void aNoteForLaterIsFound() {
        assertThat(unfinished("A.java", "class A {}\n// TO" + "DO: everything")).containsExactly("A.java:2");
    }

    private static boolean isSource(Path file) {
        return SOURCES.stream().anyMatch(ending -> Repository.isNamed(file, ending));
    }

    private static Stream<String> unfinished(String name, String text) {
        List<String> lines = text.lines().toList();
        return IntStream.range(0, lines.size())
                .filter(line -> UNFINISHED.matcher(lines.get(line)).find())
                .mapToObj(line -> name + ":" + (line + 1));
    }
}
