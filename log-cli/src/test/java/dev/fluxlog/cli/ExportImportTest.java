package dev.fluxlog.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.EventLog;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.chronicle.ChronicleLog;
import dev.fluxlog.chronicle.ChronicleOptions;
import dev.fluxlog.chronicle.LogDirectory;
import dev.fluxlog.memory.MemoryLog;
import dev.fluxlog.spec.Proves;
import dev.fluxlog.sse.Gateway;
import dev.fluxlog.sse.GatewayOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole logs as lines, and back. */
class ExportImportTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream notices = new ByteArrayOutputStream();
    private final SettableClock clock = new SettableClock();

    private String data(String name) {
        return directory.resolve(name).toString();
    }

    private EventLog open(String name) {
        return ChronicleLog.open(
                        directory.resolve(name),
                        ChronicleOptions.defaults().withFreeBytesMin(0),
                        LogOptions.defaults().withClock(clock))
                .blockOptional()
                .orElseThrow();
    }

    /** Events of every kind, at times of all sorts. */
    private void fill(String name) {
        Random random = new Random(4);
        EventLog log = open(name);
        log.stream("typed")
                .create(StreamSettings.defaults().withContentType("application/json"))
                .block();
        List<String> values = List.of(
                "{\"n\":1}",
                " {\n  \"a\" : [1, 2.50, 1e-7]\r\n}",
                "\"text with \\u00e9 \\n and \\\"\"",
                "12345678901234567890.10",
                "true",
                "null",
                "[]");
        for (String value : values) {
            later(random);
            log.stream("typed").append(NewEvent.json(value).withType("t")).block();
        }
        for (int i = 0; i < 40; i++) {
            later(random);
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            log.stream("a/b c")
                    .append(List.of(
                            NewEvent.of(bytes).withKey("k" + i % 3).withHeader("h-" + i, "v\u2028\"" + i),
                            NewEvent.text("zeile " + i + "\n\u0000\ud83d\ude00")))
                    .block();
        }
        log.stream("over").append(NewEvent.text("last")).block();
        log.stream("over").seal().block();
        log.close().block();
    }

    private void later(Random random) {
        clock.set(Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000) * 1_000L));
    }

    @Test
    @Proves({"SYN-11"})
    void exported_imported_and_exported_again_a_log_has_the_same_bytes() {
        fill("one");
        String exported = done("", "export", "--all", "--data", data("one"));
        assertThat(exported.lines().findFirst())
                .hasValueSatisfying(
                        line -> assertThat(line).startsWith("{\"format\":\"fluxlog-export\",\"version\":1,\"check\":"));
        assertThat(done(exported, "import", "--data", data("two")))
                .contains("typed\t7 appended, ends at 7\n", "a/b c\t80 appended, ends at 80\n");
        assertThat(done("", "export", "--all", "--data", data("two"))).isEqualTo(exported);
        assertThat(done(exported, "import", "--data", data("two"))).contains("typed\t0 appended, ends at 7\n");
        assertThat(done("", "export", "--all", "--data", data("two"))).isEqualTo(exported);
    }

    @Test
    @Proves({"SYN-11"})
    void an_export_from_a_sequence_on_goes_on_where_the_other_log_ends() {
        fill("one");
        String all = done("", "export", "a/b c", "--data", data("one"));
        String first = all.lines().limit(32).collect(Collectors.joining("\n"));
        String rest = done("", "export", "a/b c", "--from", "31", "--data", data("one"));
        assertThat(run(rest, "import", "--data", data("two"))).isEqualTo(1);
        assertThat(told()).startsWith("fluxlog: cannot-keep: ").contains("from sequence 31 on", "ends at 0");
        assertThat(run(first, "import", "--data", data("two"))).isEqualTo(1);
        assertThat(told()).contains("last line is missing");
        assertThat(out()).isEqualTo("a/b c\t30 appended, ends at 30\n");
        done(rest, "import", "--data", data("two"));
        assertThat(done("", "export", "a/b c", "--data", data("two"))).isEqualTo(all);
        assertThat(done(rest, "import", "--renumber", "--data", data("three")))
                .isEqualTo("a/b c\t50 appended, ends at 50\n");
        assertThat(done(rest, "import", "--renumber", "--data", data("three")))
                .isEqualTo("a/b c\t0 appended, ends at 50\n");
    }

    @Test
    void damaged_input_is_refused_with_its_line_and_what_was_done_is_told() {
        fill("one");
        String all = done("", "export", "typed", "--data", data("one"));
        List<String> lines = all.lines().toList();
        assertThat(run(all.replace("\"n\":1", "\"n\":2"), "import", "--data", data("two")))
                .isEqualTo(1);
        assertThat(told()).startsWith("fluxlog: damaged-input: Line 3 is damaged: its checksum does not match");
        assertThat(out()).isEqualTo("typed\t0 appended, ends at 0\n");
        String without =
                lines.stream().filter(line -> !line.contains("\"sequence\":4,")).collect(Collectors.joining("\n"));
        assertThat(run(without, "import", "--data", data("two"))).isEqualTo(1);
        assertThat(told()).contains("Line 6 is damaged: it is not event 4 of stream 'typed'");
        assertThat(out()).isEqualTo("typed\t3 appended, ends at 3\n");
        assertThat(run("{\"format\":\"other\"}\n", "import", "--data", data("two")))
                .isEqualTo(1);
        assertThat(run("", "import", "--data", data("two"))).isEqualTo(1);
        assertThat(run("{\"format\":\"fluxlog-export\",\"version\":2}\n", "import", "--data", data("two")))
                .isEqualTo(1);
        assertThat(told()).startsWith("fluxlog: unsupported-version: ");
        assertThat(done(all, "import", "--data", data("two"))).isEqualTo("typed\t4 appended, ends at 7\n");
        assertThat(done("", "export", "typed", "--data", data("two"))).isEqualTo(all);
    }

    @Test
    void other_content_at_the_same_place_is_a_divergence_with_both_hashes() {
        fill("one");
        String all = done("", "export", "typed", "--data", data("one"));
        EventLog two = open("two");
        two.stream("typed").append(NewEvent.json("{\"n\":3}").withType("t")).block();
        two.close().block();
        assertThat(run(all, "import", "--data", data("two"))).isEqualTo(1);
        assertThat(told())
                .startsWith("fluxlog: divergence: Event 1 of stream 'typed'")
                .matches("(?s).*here [0-9a-f]{64}, there [0-9a-f]{64}.*|.*there [0-9a-f]{64}, here [0-9a-f]{64}.*");
        assertThat(done("", "info", "typed", "--data", data("two"))).isEqualTo("typed\t1..1\n");
    }

    @Test
    void through_a_gateway_everything_but_the_times_is_the_same() {
        fill("one");
        EventLog log = open("one");
        Gateway source = start(log);
        LogDirectory.of(directory.resolve("one"))
                .announce("http://127.0.0.1:" + source.address().getPort());
        String exported = done("", "export", "a/b c", "over", "--data", data("one"));
        EventLog memory = MemoryLog.open().blockOptional().orElseThrow();
        Gateway target = start(memory);
        String url = "http://127.0.0.1:" + target.address().getPort();
        assertThat(done(exported, "import", "--url", url))
                .contains("a/b c\t80 appended, ends at 80, with new times\n", "over\t1 appended");
        String back = done("", "export", "a/b c", "over", "--url", url);
        assertThat(plain(back)).isEqualTo(plain(exported));
        target.close().block();
        memory.close().block();
        source.close().block();
        log.close().block();
    }

    private static String plain(String exported) {
        return exported.replaceAll("\"time\":\"[^\"]*\"", "").replaceAll("\"check\":\"[^\"]*\"", "");
    }

    private static Gateway start(EventLog log) {
        return Gateway.start(log, GatewayOptions.defaults().withPort(0))
                .blockOptional()
                .orElseThrow();
    }

    private String done(String input, String... words) {
        assertThat(run(input, words)).as(told()).isZero();
        return out();
    }

    private int run(String input, String... words) {
        output.reset();
        notices.reset();
        return Main.run(
                new Console(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        output,
                        new PrintStream(notices, true, StandardCharsets.UTF_8),
                        Map.of()),
                words);
    }

    private String out() {
        return output.toString(StandardCharsets.UTF_8);
    }

    private String told() {
        return notices.toString(StandardCharsets.UTF_8);
    }
}
