package dev.fluxlog.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class WordsTest {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream notices = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "read",
                "read s --from x",
                "read s --from 0",
                "read s --limit 0",
                "read s --url ftp://x",
                "read s --url http://localhost:1 --data x",
                "tail",
                "tail s --from -1",
                "tail s --all",
                "tail --all --prefix s",
                "append s --json --text",
                "append s --expected minus",
                "trim s",
                "init",
                "doctor",
                "export",
                "export s --all",
                "serve --listen nowhere",
                "serve --listen 127.0.0.1:99999",
                "serve --heartbeat 15",
                "serve --scrub -1",
                "serve --take-over --backend memory",
                "serve --durability memories"
            })
    void wrong_usage_is_exit_code_2_with_a_hint(String words) {
        assertThat(run(words)).isEqualTo(Main.WRONG_USAGE);
        assertThat(notices.toString(StandardCharsets.UTF_8)).startsWith("fluxlog: ");
        assertThat(output.size()).isZero();
    }

    @Test
    void every_command_has_help() {
        CommandLine root = Main.commandLine(console());
        assertThat(root.getSubcommands().keySet())
                .contains("append", "read", "tail", "streams", "info", "trim", "seal", "delete", "serve")
                .contains("init", "doctor", "export", "import");
        for (String command : root.getSubcommands().keySet()) {
            output.reset();
            assertThat(run(command + " --help")).isEqualTo(Main.DONE);
            assertThat(output.toString(StandardCharsets.UTF_8)).contains("Usage: fluxlog " + command);
        }
    }

    @Test
    void the_version_is_told() {
        assertThat(run("--version")).isEqualTo(Main.DONE);
        assertThat(output.toString(StandardCharsets.UTF_8)).startsWith("fluxlog ");
    }

    @Test
    void completion_knows_the_commands() {
        assertThat(run("completion")).isEqualTo(Main.DONE);
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("complete -F", "append", "--expected");
    }

    @Test
    void nobody_listening_is_exit_code_1_in_plain_words() {
        assertThat(run("read s --url http://127.0.0.1:19")).isEqualTo(Main.REFUSED);
        assertThat(notices.toString(StandardCharsets.UTF_8)).isEqualTo("fluxlog: The server does not answer\n");
    }

    @Test
    void a_name_that_no_stream_may_have_is_refused_before_anything_is_sent() {
        assertThat(run("read a//b --url http://127.0.0.1:19")).isEqualTo(Main.REFUSED);
        assertThat(notices.toString(StandardCharsets.UTF_8)).startsWith("fluxlog: invalid-name: ");
    }

    @Test
    void reading_does_not_make_a_log_where_there_is_none(@TempDir Path scratch) {
        Path nothing = scratch.resolve("nothing");
        assertThat(run("read s --data " + nothing)).isEqualTo(Main.REFUSED);
        assertThat(nothing).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "15s,15000", "2m,120000", "1h,3600000"})
    void durations_are_written_as_people_write_them(String written, long millis) {
        assertThat(new Durations().convert(written).toMillis()).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "localhost:4437", "[::1]:80"})
    void addresses_are_printed_as_they_are_written(String written) {
        assertThat(new ListenAddress.Converter().convert(written)).hasToString(written);
    }

    @Test
    void foreign_text_cannot_move_the_cursor_or_turn_the_line_around() {
        assertThat(Printable.of("a\u001b[31m\r\n\u0085\u202eb\uD83D\uDE00\uD83D"))
                .isEqualTo("a\\u001b[31m\\u000d\\u000a\\u0085\\u202eb\uD83D\uDE00\\ud83d");
    }

    private int run(String words) {
        return Main.run(console(), words.isEmpty() ? new String[0] : words.split(" "));
    }

    private Console console() {
        return new Console(
                InputStream.nullInputStream(),
                output,
                new PrintStream(notices, true, StandardCharsets.UTF_8),
                Map.of());
    }
}
