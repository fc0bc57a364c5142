package dev.fluxlog.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.EventLog;
import dev.fluxlog.NewEvent;
import dev.fluxlog.chronicle.ChronicleLog;
import dev.fluxlog.chronicle.ChronicleOptions;
import dev.fluxlog.chronicle.Diagnosis;
import dev.fluxlog.chronicle.Doctor;
import dev.fluxlog.chronicle.LogDirectory;
import dev.fluxlog.spec.Proves;
import dev.fluxlog.sse.Gateway;
import dev.fluxlog.sse.GatewayOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream notices = new ByteArrayOutputStream();

    private Path data() {
        return directory.resolve("log");
    }

    private EventLog open() {
        return ChronicleLog.open(
                        data(),
                        ChronicleOptions.defaults()
                                .withCommitJournal(256 << 10, 1 << 20)
                                .withFreeBytesMin(0))
                .blockOptional()
                .orElseThrow();
    }

    private void filled() {
        EventLog log = open();
        for (int i = 0; i < 5; i++) {
            log.stream("orders").append(NewEvent.text("event " + i)).block();
        }
        log.close().block();
    }

    private void flip(String text) throws IOException {
        Path segment = data().resolve("streams/01/0000000000000001/19700101seg.cq4");
        byte[] bytes = Files.readAllBytes(segment);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
        bytes[at] ^= 1;
        Files.write(segment, bytes);
    }

    @Test
    @Proves({"DOC-1"})
    void a_sound_log_is_exit_code_0_and_each_check_is_a_line() {
        filled();
        assertThat(run("doctor", "--data", data().toString())).isZero();
        assertThat(out().lines()).hasSize(Doctor.checks().size()).allMatch(line -> line.startsWith("ok "));
        assertThat(run("doctor", "--data", data().toString(), "--fix")).isZero();
        assertThat(out()).endsWith("There is nothing to mend.\n");
    }

    @Test
    @Proves({"DOC-1", "DOC-2", "DOC-3"})
    void damage_is_exit_code_1_with_place_and_plan_until_it_is_mended() throws IOException {
        filled();
        flip("event 3");
        assertThat(run("doctor", "--data", data().toString())).isEqualTo(1);
        assertThat(out())
                .contains("error    stream-journals")
                .contains("sequences 4 to 4 of stream 'orders' cannot be read")
                .contains("[streams/01/0000000000000001/19700101seg.cq4 at ")
                .contains("--fix writes the journal anew")
                .doesNotContain(directory.toString());
        assertThat(run("doctor", "--data", data().toString(), "--json")).isEqualTo(1);
        Map<String, Object> told = EventJson.object(out());
        assertThat(told).containsEntry("format", "fluxlog-doctor").containsEntry("version", (long) Diagnosis.VERSION);
        assertThat(told).containsEntry("clean", false);
        assertThat(String.valueOf(told.get("checks"))).contains("stream=orders", "first=4", "through=4");
        assertThat(run("doctor", "--data", data().toString(), "--fix")).isZero();
        assertThat(out()).contains("Mending what has a plan.").contains("ok       stream-journals");
        assertThat(run("doctor", "--data", data().toString(), "--fix", "--json"))
                .isZero();
        assertThat(EventJson.object(out())).containsEntry("clean", true).containsKey("before");
    }

    @Test
    @Proves({"DOC-5"})
    void what_cannot_be_examined_is_exit_code_2() throws IOException {
        assertThat(run("doctor", "--data", data().toString())).isEqualTo(2);
        assertThat(notices.toString(StandardCharsets.UTF_8)).contains("no directory of a log");
        assertThat(data()).doesNotExist();
        Files.createDirectory(data());
        assertThat(run("doctor", "--data", data().toString())).isEqualTo(2);
        assertThat(data()).isEmptyDirectory();
        EventLog log = open();
        assertThat(run("doctor", "--data", data().toString())).isEqualTo(2);
        assertThat(notices.toString(StandardCharsets.UTF_8))
                .contains("busy", "process " + ProcessHandle.current().pid());
        log.close().block();
    }

    @Test
    @Proves({"DOC-6"})
    void a_living_owner_is_asked_and_what_needs_the_directory_is_skipped() {
        EventLog log = open();
        Gateway gateway = Gateway.start(log, GatewayOptions.defaults().withPort(0))
                .blockOptional()
                .orElseThrow();
        LogDirectory.of(data()).announce("http://127.0.0.1:" + gateway.address().getPort());
        log.stream("orders").append(NewEvent.text("a")).block();
        assertThat(run("doctor", "--data", data().toString())).isZero();
        List<String> lines = out().lines().toList();
        assertThat(lines.get(0)).startsWith("ok       service").endsWith("at position 1");
        assertThat(lines.get(1)).startsWith("ok       background");
        assertThat(lines.subList(2, lines.size()))
                .hasSize(Doctor.checks().size())
                .allMatch(line -> line.startsWith("skipped ")
                        && line.contains("process " + ProcessHandle.current().pid()));
        assertThat(run("doctor", "--data", data().toString(), "--fix")).isEqualTo(2);
        gateway.close().block();
        log.close().block();
    }

    @Test
    @Proves({"DOC-8"})
    void the_guide_lists_exactly_the_checks_there_are() throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "guides", "doctor.md"));
        List<String> expected = new ArrayList<>(List.of(OnlineExamination.SERVICE, OnlineExamination.BACKGROUND));
        expected.addAll(Doctor.checks());
        assertThat(Pattern.compile("(?m)^\\| `([a-z-]+)` \\|")
                        .matcher(guide)
                        .results()
                        .map((MatchResult row) -> row.group(1)))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private int run(String... words) {
        output.reset();
        notices.reset();
        return Main.run(
                new Console(
                        InputStream.nullInputStream(),
                        output,
                        new PrintStream(notices, true, StandardCharsets.UTF_8),
                        Map.of()),
                words);
    }

    private String out() {
        return output.toString(StandardCharsets.UTF_8);
    }
}
