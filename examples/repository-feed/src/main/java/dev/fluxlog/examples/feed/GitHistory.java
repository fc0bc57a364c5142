package dev.fluxlog.examples.feed;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/** Reads a repository through {@code git}, and ends every process that it starts. Blocking work stays in here. */
final class GitHistory {
    private static final int COMPLAINT_BYTES_MAX = 2_000;
    private static final int END_SECONDS_MAX = 10;

    private final String git;
    private final Path repository;

    /** @param git the command, by name or by path */
    GitHistory(String git, Path repository) {
        this.git = git;
        this.repository = repository;
    }

    /** The newest commit. */
    Mono<String> head() {
        return Mono.fromCallable(() -> {
                    try (Running running = new Running("rev-parse", "--verify", "HEAD")) {
                        String line = new String(running.output.readAllBytes(), StandardCharsets.UTF_8).strip();
                        running.succeed();
                        return line;
                    }
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    /**
     * Commits, oldest first; a merge with what it changed on its first parent's side.
     *
     * @param range a commit for it and everything before it, {@code a..b} for what b has and a has not
     */
    Flux<Commit> commits(String range) {
        return Flux.using(
                        () -> new Running(
                                "log",
                                "--reverse",
                                "--topo-order",
                                "-z",
                                "--format=" + GitLogParser.FORMAT,
                                "--encoding=UTF-8",
                                "--no-color",
                                "--no-show-signature",
                                "--name-only",
                                "--no-renames",
                                "--root",
                                "--diff-merges=first-parent",
                                range,
                                "--"),
                        running -> Flux.<Commit, GitLogParser>generate(
                                () -> new GitLogParser(running::token), (parser, sink) -> next(running, parser, sink)),
                        Running::close)
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static GitLogParser next(Running running, GitLogParser parser, SynchronousSink<Commit> sink) {
        Optional<Commit> commit = parser.next();
        if (commit.isPresent()) {
            sink.next(commit.get());
        } else {
            running.succeed();
            sink.complete();
        }
        return parser;
    }

    /** One git process. */
    private final class Running implements AutoCloseable {
        private final Process process;
        private final InputStream output;

        private Running(String... words) {
            List<String> command = new ArrayList<>(List.of(git, "-C", repository.toString(), "--no-pager"));
            command.addAll(List.of(words));
            try {
                process = new ProcessBuilder(command).start();
                process.getOutputStream().close();
            } catch (IOException missing) {
                throw new GitException("This example needs git, and there is no '" + git + "' on the PATH");
            }
            output = new BufferedInputStream(process.getInputStream(), 64 << 10);
        }

        /** What stands before the next null character. */
        private @Nullable String token() {
            ByteArrayOutputStream token = new ByteArrayOutputStream();
            try {
                int b = output.read();
                if (b < 0) {
                    return null;
                }
                for (; b > 0; b = output.read()) {
                    token.write(b);
                }
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
            return token.toString(StandardCharsets.UTF_8);
        }

        private void succeed() {
            try {
                String complaint =
                        new String(process.getErrorStream().readNBytes(COMPLAINT_BYTES_MAX), StandardCharsets.UTF_8);
                if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    throw new GitException("git cannot read " + repository + ": " + complaint.strip());
                }
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new GitException("interrupted");
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
