package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * What forks cost on disk, over streams of many segments.
 *
 * <p>{@code -Dfluxlog.fork.events=N} sets how many events are shared.
 */
class ForkSpaceTest {
    private static final int EVENTS = Integer.getInteger("fluxlog.fork.events", 20_000);
    private static final int BATCH = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory = Path.of("");

    @Test
    @Proves({"STR-40", "STR-41"})
    void forksCopyNothingAndTheSpaceGoesWithTheLastOneThatNeedsIt() throws IOException {
        EventLog log = open();
        List<NewEvent> batch = Collections.nCopies(BATCH, NewEvent.of(new byte[100]));
        for (int i = 0; i < EVENTS; i += BATCH) {
            now(log.stream("source").append(batch));
        }
        now(log.stream("source").fork("fork", EVENTS));
        now(log.stream("fork").fork("half", EVENTS / 2));
        log.close().block(PATIENCE);
        assertThat(journals()).hasSize(1);
        assertThat(segments()).isGreaterThan(3);

        log = open();
        log.stream("source").delete().block(PATIENCE);
        assertReads(log.stream("fork"), EVENTS);
        log.close().block(PATIENCE);
        assertThat(journals()).hasSize(1);

        log = open();
        log.stream("fork").delete().block(PATIENCE);
        assertReads(log.stream("half"), EVENTS / 2);
        EventStream half = log.stream("half");
        StepVerifier.create(half.subscribe(From.start()), 1)
                .expectNextCount(1)
                .then(() -> half.delete().block(PATIENCE))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(event -> true)
                .expectError(LogException.UnknownStream.class)
                .verify(PATIENCE);
        log.close().block(PATIENCE);
        assertThat(journals()).isEmpty();
    }

    private static void assertReads(EventStream stream, int events) {
        assertThat(now(stream.read(ReadOptions.forward(From.start()))
                        .map(event -> event.sequence())
                        .collectList()))
                .hasSize(events)
                .isSorted()
                .startsWith(1L)
                .endsWith((long) events);
    }

    private EventLog open() {
        return now(ChronicleLog.open(directory, TestLogs.smallInProcess(), LogOptions.defaults()));
    }

    private static <T> T now(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(PATIENCE));
    }

    /** The journals of streams that are there, without that of the order. */
    private List<Path> journals() throws IOException {
        List<Path> journals = new ArrayList<>();
        for (Path shelf : entries(directory.resolve("streams"))) {
            for (Path journal : entries(shelf)) {
                if (!journal.endsWith("0000000000000000")) {
                    journals.add(journal);
                }
            }
        }
        return journals;
    }

    private long segments() throws IOException {
        return entries(journals().get(0)).stream()
                .filter(file -> file.toString().endsWith(".cq4"))
                .count();
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }
}
