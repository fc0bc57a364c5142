package dev.fluxlog.acceptance.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.chronicle.ChronicleLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java sample of the README: this very text, compiled and run. */
@NullUnmarked
final class EmbeddingSampleTest {
    private static final String SOURCE =
            "acceptance/src/test/java/dev/fluxlog/acceptance/documents/EmbeddingSampleTest.java";

    @Test
    void theSampleOfTheReadmeStandsHere() {
        String sample = Documents.blocks("README.md", "java").get(0);
        assertThat(Documents.code(Documents.text(SOURCE))).contains(Documents.code(sample));
    }

    @Test
    void theGuideNamesTheVersionsAndJvmOptionsOfTheBuild() {
        String build = Documents.text("pom.xml");
        String guide = Documents.text("docs/guides/embedding.md");
        assertThat(guide).contains("<version>" + property(build, "chronicle-bom.version") + "</version>");
        assertThat(guide).contains(property(build, "chronicle.flags").replace(' ', '\n'));
    }

    private static String property(String build, String name) {
        return build.substring(build.indexOf("<" + name + ">") + name.length() + 2, build.indexOf("</" + name + ">"));
    }

    @Test
    void theSampleRuns(@TempDir Path directory) {
        sample(directory);
        EventLog again = ChronicleLog.open(directory).block();
        List<String> types = again.stream("orders")
                .read(ReadOptions.forward(From.start()))
                .map(event -> event.sequence() + " " + event.type())
                .collectList()
                .block(Duration.ofSeconds(30));
        again.close().block(Duration.ofSeconds(30));
        assertThat(types).containsExactly("1 ordered");
    }

    private static void sample(Path directory) {
        EventLog log = ChronicleLog.open(directory).block();
        EventStream orders = log.stream("orders");

        NewEvent tea = NewEvent.json("{\"item\":\"tea\"}").withType("ordered");
        orders.append(tea)
                .doOnNext(stored -> System.out.println("stored as " + stored.first()))
                .block();

        orders.subscribe(From.start())
                .take(1)
                .doOnNext(event -> System.out.println(event.sequence() + " " + event.type()))
                .blockLast();

        log.close().block();
    }
}
