package dev.fluxlog.examples.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamName;
import dev.fluxlog.StreamsQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryImportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path scratch = Path.of("");

    @Test
    void the_own_history_is_imported_twice_without_a_duplicate() {
        GitHistory own = new GitHistory("git", Path.of("").toAbsolutePath());
        Assumptions.assumeTrue(
                own.head()
                        .map(head -> true)
                        .onErrorReturn(false)
                        .blockOptional(PATIENCE)
                        .orElse(false),
                "This is not a checkout of a repository");
        List<Commit> commits =
                own.commits("HEAD").collectList().blockOptional(PATIENCE).orElseThrow();
        for (int run = 1; run <= 2; run++) {
            EventLog log = open();
            assertThat(round(own, log)).isEqualTo(run == 1 ? commits.size() : 0);
            assertThat(events(log, CommitImport.ALL))
                    .extracting(Event::key)
                    .containsExactlyElementsOf(commits.stream().map(Commit::id).toList());
            long touched = commits.stream()
                    .mapToLong(commit -> commit.folders().size())
                    .sum();
            assertThat(log.streams(StreamsQuery.all().withPrefix(CommitImport.FOLDERS))
                            .map(info -> info.events())
                            .reduce(0L, Long::sum)
                            .block(PATIENCE))
                    .isEqualTo(touched);
            log.close().block(PATIENCE);
        }
    }

    @Test
    void a_shallow_clone_is_imported_as_far_as_it_goes() throws Exception {
        TestRepository full = TestRepository.create(scratch.resolve("full"))
                .commit("One", "a/1")
                .commit("Two", "b/2")
                .commit("Three", "c/3");
        full.git(
                "clone",
                "-q",
                "--depth",
                "2",
                full.path().toUri().toString(),
                scratch.resolve("shallow").toString());
        EventLog log = open();
        assertThat(round(new GitHistory("git", scratch.resolve("shallow")), log))
                .isEqualTo(2);
        assertThat(events(log, CommitImport.ALL)).hasSize(2);
        // The oldest commit there is has everything before it inside.
        assertThat(events(log, CommitImport.FOLDERS + "a")).hasSize(1);
        log.close().block(PATIENCE);
    }

    @Test
    void a_later_round_brings_what_is_new() throws Exception {
        TestRepository repository = TestRepository.create(scratch.resolve("r")).commit("One", "a/1");
        EventLog log = open();
        HistoryImport rounds = rounds(new GitHistory("git", repository.path()), log);
        assertThat(rounds.round().block(PATIENCE)).isEqualTo(1);
        assertThat(rounds.round().block(PATIENCE)).isZero();
        repository.commit("Two", "a/2").commit("Three", "a/3");
        assertThat(rounds.round().block(PATIENCE)).isEqualTo(2);
        assertThat(events(log, CommitImport.FOLDERS + "a")).hasSize(3);
        log.close().block(PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "with space", "ü", "per%cent", "line\nbreak", "\uD800", "$dollar"})
    void every_folder_has_a_stream(String folder) {
        assertThat(StreamName.check(CommitImport.FOLDERS + CommitImport.segment(folder)))
                .isNotEmpty();
        assertThat(StreamName.check(CommitImport.FOLDERS + CommitImport.segment(folder.repeat(255))))
                .isNotEmpty();
    }

    private EventLog open() {
        return RepositoryFeed.open(scratch.resolve("data"))
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    private static long round(GitHistory history, EventLog log) {
        return rounds(history, log).round().blockOptional(PATIENCE).orElseThrow();
    }

    private static HistoryImport rounds(GitHistory history, EventLog log) {
        return new HistoryImport(history, new CommitImport(log), Duration.ZERO);
    }

    private static List<Event> events(EventLog log, String stream) {
        return List.copyOf(log.stream(stream)
                .read(ReadOptions.forward(From.start()))
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow());
    }
}
