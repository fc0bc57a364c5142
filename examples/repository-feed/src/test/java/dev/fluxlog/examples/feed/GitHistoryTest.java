package dev.fluxlog.examples.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

class GitHistoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path scratch = Path.of("");

    @Test
    void commits_come_oldest_first_with_the_folders_they_touch() throws Exception {
        TestRepository repository = TestRepository.create(scratch.resolve("r"))
                .commit("First \uD83D\uDE00 \"quoted\"", "README.md", "a/one", "a/b/two", "with space/three", "ü/four")
                .commit("Nothing");
        List<Commit> commits = read(repository, "HEAD");
        assertThat(commits).extracting(Commit::subject).containsExactly("First \uD83D\uDE00 \"quoted\"", "Nothing");
        assertThat(commits.get(0).folders())
                .isEqualTo(new TreeMap<>(Map.of(Commit.ROOT, 1, "a", 2, "with space", 1, "ü", 1)));
        assertThat(commits.get(0).author()).isEqualTo("A. Üthor");
        assertThat(commits.get(1).folders()).isEmpty();
        assertThat(commits.get(1).id()).isEqualTo(repository.git("rev-parse", "HEAD"));
    }

    @Test
    void a_merge_has_what_it_brought_in() throws Exception {
        TestRepository repository = TestRepository.create(scratch.resolve("r")).commit("Base", "a/one");
        repository.git("checkout", "-q", "-b", "side");
        repository.commit("Side", "b/two");
        repository.git("checkout", "-q", "trunk");
        repository.commit("Trunk", "c/three");
        repository.git("merge", "-q", "--no-ff", "-m", "Merge", "side");
        List<Commit> commits = read(repository, "HEAD");
        assertThat(commits).hasSize(4);
        assertThat(commits.get(3).folders()).isEqualTo(new TreeMap<>(Map.of("b", 1)));
    }

    @Test
    void a_range_has_what_is_new() throws Exception {
        TestRepository repository = TestRepository.create(scratch.resolve("r"))
                .commit("One", "a")
                .commit("Two", "b")
                .commit("Three", "c");
        assertThat(read(repository, "HEAD~1..HEAD")).extracting(Commit::subject).containsExactly("Three");
    }

    @Test
    void whoever_has_seen_enough_ends_the_process() throws Exception {
        TestRepository repository =
                TestRepository.create(scratch.resolve("r")).commit("One", "a").commit("Two", "b");
        long before = ProcessHandle.current().children().count();
        StepVerifier.create(
                        new GitHistory("git", repository.path()).commits("HEAD").take(1))
                .expectNextCount(1)
                .expectComplete()
                .verify(PATIENCE);
        ProcessHandle.current().children().forEach(child -> child.onExit().join());
        assertThat(ProcessHandle.current().children().count()).isLessThanOrEqualTo(before);
    }

    @Test
    void a_folder_that_is_no_repository_is_told_in_words() {
        StepVerifier.create(new GitHistory("git", scratch.resolve("nothing")).head())
                .verifyErrorSatisfies(failure ->
                        assertThat(failure).isInstanceOf(GitException.class).hasMessageStartingWith("git cannot read"));
    }

    @Test
    void without_git_the_message_says_so() {
        StepVerifier.create(new GitHistory("no-such-git", scratch).head())
                .verifyErrorMessage("This example needs git, and there is no 'no-such-git' on the PATH");
    }

    private static List<Commit> read(TestRepository repository, String range) {
        return List.copyOf(new GitHistory("git", repository.path())
                .commits(range)
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow());
    }
}
