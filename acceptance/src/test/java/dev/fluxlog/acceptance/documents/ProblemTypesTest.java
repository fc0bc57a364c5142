package dev.fluxlog.acceptance.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every problem that the gateway can tell of is documented, and no other. */
final class ProblemTypesTest {
    private static final Pattern OWN = Pattern.compile("new Problem\\(\\s*\"([a-z-]+)\"");
    private static final Pattern OF_THE_LOG = Pattern.compile("super\\(\\s*\"([a-z-]+)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`/problems/[^|]*) \\|");
    private static final Pattern TYPE = Pattern.compile("/problems/([a-z-]+)");

    @Test
    @Proves("SUB-26")
    void theDocumentsNameTheTypesThatThereAre() {
        Set<String> there = new TreeSet<>(
                found(OF_THE_LOG, Documents.text("log-core/src/main/java/dev/fluxlog/LogException.java")));
        sources().forEach(source -> there.addAll(found(OWN, source)));

        String rows = ROW.matcher(Documents.text("docs/protocol.md"))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.joining("\n"));
        assertThat(found(TYPE, rows)).isEqualTo(there);
        assertThat(found(TYPE, Documents.text("log-sse/src/main/resources/dev/fluxlog/sse/openapi.yaml")))
                .isEqualTo(there);
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> sources() {
        try (Stream<Path> files = Files.list(Documents.root().resolve("log-sse/src/main/java/dev/fluxlog/sse"))) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .map(ProblemTypesTest::text)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
