package dev.fluxlog.acceptance.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Documents lead where they say, and stay short where that matters. */
final class DocumentsTest {
    private static final int README_LINES_MAX = 120;

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|srcset|href)=\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\n]*`");
    private static final Pattern RECORD = Pattern.compile("([0-9]{4})-[a-z0-9-]+\\.md");

    @Test
    void linksLeadSomewhere() {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(CODE.matcher(Repository.text(document)).replaceAll(""));
            while (link.find()) {
                String target = link.group(1) == null ? link.group(2) : link.group(1);
                if (!leadsSomewhere(document, target)) {
                    broken.add(Repository.shown(document) + " -> " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static boolean leadsSomewhere(Path document, String target) {
        URI uri = URI.create(target);
        if (uri.isAbsolute() || uri.getPath().isEmpty()) {
            return true;
        }
        Path path = document.resolveSibling(uri.getPath()).normalize();
        return path.startsWith(Repository.root()) && Files.exists(path);
    }

    @Test
    void theReadmeStaysShort() {
        Path readme = Repository.root().resolve("README.md");
        assertThat(Repository.text(readme).lines().count()).isLessThan(README_LINES_MAX);
    }

    @Test
    void eachDecisionHasANumberOfItsOwnAndALineInTheIndex() {
        Path folder = Repository.root().resolve("docs/adr");
        String index = Repository.text(folder.resolve("README.md"));
        Map<String, String> records = new TreeMap<>();
        for (Path file : documents()) {
            Matcher name = RECORD.matcher(Repository.nameOf(file));
            if (folder.equals(file.getParent()) && name.matches()) {
                String before = records.put(name.group(1), Repository.nameOf(file));
                assertThat(before)
                        .as("another record with number %s", name.group(1))
                        .isNull();
            }
        }
        assertThat(records.values()).allSatisfy(name -> assertThat(index).contains("](" + name + ")"));
    }

    private static List<Path> documents() {
        return Repository.files(file -> Repository.isNamed(file, ".md"));
    }
}
