package dev.fluxlog.examples.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A repository of a test, independent of how git is set up where the test runs. */
record TestRepository(Path path) {

    static TestRepository create(Path path) throws Exception {
        TestRepository repository = new TestRepository(Files.createDirectories(path));
        repository.git("init", "-q", "-b", "trunk");
        return repository;
    }

    TestRepository commit(String subject, String... files) throws Exception {
        for (String file : files) {
            Path target = path.resolve(file);
            Files.createDirectories(target.resolveSibling("."));
            Files.writeString(target, subject + "\n");
        }
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", subject);
        return this;
    }

    String git(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", path.toString()));
        command.addAll(List.of("-c", "user.name=A. Üthor", "-c", "user.email=author@example.org"));
        command.addAll(List.of("-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
        builder.environment().put("GIT_CONFIG_SYSTEM", "/dev/null");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output.strip();
    }
}
