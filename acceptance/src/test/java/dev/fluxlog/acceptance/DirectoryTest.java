package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are given a directory, whether somebody serves it or not. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DirectoryTest {
    @TempDir
    private Path scratch = Path.of("");

    @Test
    @Proves({"OWN-7", "OWN-1", "DOC-1", "DOC-6", "SYN-14", "SYN-15"})
    void a_directory_is_worked_on_through_its_owner_as_long_as_there_is_one() {
        ChildProcess.Ended made = run("", "init");
        assertThat(made.code()).as(made.notices()).isZero();
        assertThat(made.output()).hasSize(1).allMatch(line -> line.matches("created [-0-9a-f]{36}"));
        try (ServerProcess server = ServerProcess.start(scratch, data())) {
            assertThat(run("a\nb\n", "append", "orders").output()).containsExactly("1..2");
            assertThat(run("", "info", "orders").output()).containsExactly("orders\t1..2");
            assertThat(run("", "init").output())
                    .containsExactly(made.output().get(0).replace("created", "existing"));
            assertThat(run("", "doctor").output().get(0)).startsWith("ok       service");
            assertThat(run("", "backup", "--to", backup()).output())
                    .allMatch(line -> line.matches("backed up through position 2: 2 events, \\d+ bytes"));
            server.kill();
        }
        ChildProcess.Ended found = run("", "doctor");
        assertThat(found.code()).isEqualTo(1);
        assertThat(found.output())
                .filteredOn(line -> line.startsWith("warn "))
                .allMatch(line -> line.matches("warn     (owner|leftovers) .*"));
        assertThat(run("", "doctor", "--fix").code()).isZero();
        assertThat(run("c\n", "append", "orders").output()).containsExactly("3..3");
        assertThat(run("", "info", "orders").output()).containsExactly("orders\t1..3");
        assertThat(run("", "backup", "--to", backup()).output())
                .allMatch(line -> line.matches("backed up through position 3: 1 events, \\d+ bytes"));
        assertThat(run("", "restore", "--from", backup()).code()).isEqualTo(1);
        String copy = scratch.resolve("copy").toString();
        ChildProcess.Ended restored =
                ChildProcess.run(scratch, new byte[0], "restore", "--from", backup(), "--data", copy);
        assertThat(restored.code()).as(restored.notices()).isZero();
        assertThat(ChildProcess.run(scratch, new byte[0], "info", "orders", "--data", copy)
                        .output())
                .containsExactly("orders\t1..3");
    }

    private String backup() {
        return scratch.resolve("backup").toString();
    }

    private ChildProcess.Ended run(String input, String... words) {
        String[] all = java.util.Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--data";
        all[words.length + 1] = data().toString();
        return ChildProcess.run(scratch, input.getBytes(StandardCharsets.UTF_8), all);
    }

    private Path data() {
        return scratch.resolve("data");
    }
}
