package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands against one server in memory; each test has its own stream. */
@Proves("TST-2")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CommandTest {
    @TempDir
    private static Path scratch = Path.of("");

    private static @Nullable ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(scratch, scratch.resolve("data"), "--backend", "memory");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            try (ServerProcess started = server) {
                started.stop();
            }
        }
        assertThat(ChildProcess.alive()).isEmpty();
    }

    @AfterEach
    void nobody_but_the_server_is_left() {
        assertThat(ChildProcess.alive()).hasSize(1);
    }

    @Test
    void what_is_appended_is_read_back_in_every_direction() {
        assertThat(done("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n", "append", "round/trip", "--json"))
                .containsExactly("1..3");
        assertThat(numbers(done("", "read", "round/trip"))).containsExactly(1L, 2L, 3L);
        assertThat(numbers(done("", "read", "round/trip", "--from", "2"))).containsExactly(2L, 3L);
        assertThat(numbers(done("", "read", "round/trip", "--after", "2"))).containsExactly(3L);
        assertThat(numbers(done("", "read", "round/trip", "--last", "2"))).containsExactly(2L, 3L);
        assertThat(numbers(done("", "read", "round/trip", "--limit", "1"))).containsExactly(1L);
        assertThat(numbers(done("", "read", "round/trip", "--backward"))).containsExactly(3L, 2L, 1L);
        assertThat(numbers(done("", "read", "round/trip", "--backward", "--from", "2")))
                .containsExactly(2L, 1L);
        assertThat(numbers(done("", "read", "round/trip", "--backward", "--after", "2")))
                .containsExactly(1L);
        assertThat(numbers(done("", "read", "round/trip", "--backward", "--last", "2")))
                .containsExactly(3L, 2L);
        assertThat(done("", "read", "round/trip", "--last", "1").get(0)).contains("\"data\":{\"n\":3}");
    }

    @Test
    void long_input_goes_in_chunks_and_comes_back_over_many_pages() {
        StringBuilder lines = new StringBuilder();
        List<Long> expected = new ArrayList<>();
        for (long i = 1; i <= 2_500; i++) {
            lines.append("line ").append(i).append('\n');
            expected.add(i);
        }
        assertThat(done(lines.toString(), "append", "long")).containsExactly("1..2500");
        assertThat(numbers(done("", "read", "long"))).isEqualTo(expected);
        assertThat(numbers(done("", "read", "long", "--backward", "--limit", "1200")))
                .hasSize(1200)
                .startsWith(2500L)
                .endsWith(1301L);
    }

    @Test
    void a_wrong_expectation_is_exit_code_1_in_plain_words() {
        done("a\n", "append", "expected", "--expected", "none");
        ChildProcess.Ended refused = run("b\n", "append", "expected", "--expected", "7");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.output()).isEmpty();
        assertThat(refused.notices())
                .startsWith("fluxlog: conflict: ")
                .contains("expected 7", "actual 1")
                .doesNotContain("Exception", "\n");
        assertThat(done("b\n", "append", "expected", "--expected", "1")).containsExactly("2..2");
    }

    @Test
    void the_same_input_under_the_same_key_is_appended_once() {
        assertThat(done("a\nb\n", "append", "keyed", "--key", "k")).containsExactly("1..2");
        assertThat(done("a\nb\n", "append", "keyed", "--key", "k")).containsExactly("1..2");
        assertThat(run("other\n", "append", "keyed", "--key", "k").notices())
                .startsWith("fluxlog: idempotency-mismatch: ");
        assertThat(done("", "info", "keyed")).containsExactly("keyed\t1..2");
    }

    @Test
    void streams_are_listed_trimmed_sealed_and_deleted() {
        done("a\nb\nc\n", "append", "life/one");
        done("a\n", "append", "life/two");
        assertThat(done("", "streams", "--prefix", "life/")).containsExactly("life/one\t1..3", "life/two\t1..1");
        assertThat(done("", "trim", "life/one", "--through", "2")).containsExactly("readable from 3");
        assertThat(done("", "seal", "life/one")).containsExactly("sealed at 3");
        assertThat(done("", "info", "life/one")).containsExactly("life/one\t3..3\tsealed");
        assertThat(run("d\n", "append", "life/one").notices()).startsWith("fluxlog: stream-sealed: ");
        assertThat(done("", "delete", "life/two")).isEmpty();
        assertThat(done("", "streams", "--prefix", "life/")).containsExactly("life/one\t3..3\tsealed");
        assertThat(run("", "read", "life/two").notices()).startsWith("fluxlog: unknown-stream: ");
        assertThat(run("", "read", "life/one", "--from", "1").notices()).startsWith("fluxlog: trimmed: ");
    }

    @Test
    void tail_prints_what_was_there_and_what_comes_and_ends_with_the_stream() {
        done("a\nb\n", "append", "followed");
        try (ChildProcess tail = start("tail", "followed", "--from", "start")) {
            assertThat(number(tail.line())).isEqualTo(1);
            assertThat(number(tail.line())).isEqualTo(2);
            done("c\n", "append", "followed");
            assertThat(number(tail.line())).isEqualTo(3);
            done("", "seal", "followed");
            assertThat(tail.exitCode()).isZero();
            assertThat(tail.waitingLines()).isEmpty();
        }
    }

    @Test
    void a_gap_is_told_on_standard_error() {
        done("a\nb\nc\n", "append", "holed");
        done("", "trim", "holed", "--through", "2");
        done("", "seal", "holed");
        ChildProcess.Ended tail = run("", "tail", "holed", "--from", "1");
        assertThat(numbers(tail.output())).containsExactly(3L);
        assertThat(tail.notices()).isEqualTo("fluxlog: gap: sequences 1..2 are gone");
    }

    @Test
    void whoever_stops_reading_ends_the_command_without_a_word() throws Exception {
        done("a\nb\nc\n", "append", "piped");
        try (ChildProcess tail = start("tail", "piped", "--from", "start")) {
            tail.line();
            tail.closeOutput();
            done("d\n", "append", "piped");
            done("e\n", "append", "piped");
            assertThat(tail.exitCode()).isZero();
            assertThat(tail.notices()).isEmpty();
        }
    }

    private static ChildProcess start(String... words) {
        return ChildProcess.start(scratch, withUrl(words));
    }

    private static List<String> done(String input, String... words) {
        ChildProcess.Ended ended = run(input, words);
        assertThat(ended.code()).as(ended.notices()).isZero();
        return ended.output();
    }

    private static ChildProcess.Ended run(String input, String... words) {
        return ChildProcess.run(scratch, input.getBytes(StandardCharsets.UTF_8), withUrl(words));
    }

    private static String[] withUrl(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--url");
        all.add(server == null ? "" : server.url());
        return all.toArray(String[]::new);
    }

    private static List<Long> numbers(List<String> lines) {
        return lines.stream().map(CommandTest::number).toList();
    }

    private static long number(String line) {
        return Json.read(line).get("sequence").asLong();
    }
}
