package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.memory.MemoryLog;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Following many streams on one subscription. */
class SelectionTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final EventLog log = MemoryLog.open().blockOptional(SOON).orElseThrow();

    @AfterEach
    void close() {
        log.close().block(SOON);
    }

    @Test
    @Proves("SUB-22")
    void givesTheSelectedEventsInOrderOfCommitAndStaysLive() {
        append("a/1", "x");
        append("b/1", "x");
        append("a/2", "y");

        StepVerifier.create(log.signals(Selection.all().withPrefix("a/"), From.start()))
                .assertNext(signal -> assertPlace(signal, "a/1", 1, 1))
                .assertNext(signal -> assertPlace(signal, "a/2", 1, 3))
                .expectNext(new StreamSignal.CaughtUp("$all", 3))
                .then(() -> append("b/1", "x"))
                .then(() -> append("a/1", "x"))
                .assertNext(signal -> assertPlace(signal, "a/1", 2, 5))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    @Proves("SUB-8")
    void filtersByTypeAndByName() {
        append("a", "x");
        append("a", "y");
        append("b", "y");
        append("c", "y");

        List<Long> positions = log.signals(
                        Selection.all().withStreams(Set.of("a", "b")).withTypes(Set.of("y")), From.start())
                .takeUntil(StreamSignal.CaughtUp.class::isInstance)
                .ofType(Event.class)
                .map(Event::position)
                .collectList()
                .block(SOON);
        assertThat(positions).containsExactly(2L, 3L);
    }

    @Test
    @Proves("SUB-22")
    void tellsGapsWithTheNameOfTheirStream() {
        log.stream("a").append(List.of(event("x"), event("x"), event("x"))).block(SOON);
        append("b", "x");
        log.stream("a").trim(2).block(SOON);
        append("c", "x");
        log.stream("c").delete().block(SOON);

        StepVerifier.create(log.signals(Selection.all(), From.after(0)))
                .expectNext(new StreamSignal.Gap("a", 1, 2))
                .assertNext(signal -> assertPlace(signal, "a", 3, 3))
                .assertNext(signal -> assertPlace(signal, "b", 1, 4))
                .expectNext(new StreamSignal.Gap("c", 1, 1))
                .expectNext(new StreamSignal.CaughtUp("$all", 5))
                .thenCancel()
                .verify(SOON);
        StepVerifier.create(log.subscribe(Selection.all(), From.after(0)))
                .expectError(LogException.Trimmed.class)
                .verify(SOON);
        StepVerifier.create(log.subscribe(Selection.all(), From.after(6)))
                .expectError(LogException.Ahead.class)
                .verify(SOON);
        StepVerifier.create(log.subscribe(Selection.all(), From.start()).map(Event::position))
                .expectNext(3L, 4L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    @Proves("SUB-22")
    void resumesAtEveryPositionWhileProducersAppend() {
        Flux<AppendResult> producers = Flux.range(0, 4_000)
                .flatMap(i -> log.stream("s" + i % 7).append(Collections.nCopies(1 + i % 3, event("t" + i % 2))), 16);
        producers.subscribe();
        Selection selection = Selection.all().withTypes(Set.of("t1"));
        List<Event> seen = new ArrayList<>();
        long after = 0;
        while (seen.size() < 3_999) {
            int more = ThreadLocalRandom.current().nextInt(1, 60);
            List<Event> run = log.subscribe(selection, From.after(after))
                    .take(Math.min(more, 3_999 - seen.size()))
                    .collectList()
                    .blockOptional(SOON)
                    .orElseThrow();
            seen.addAll(run);
            after = run.get(run.size() - 1).position();
        }
        assertThat(seen).extracting(Event::position).isSorted().doesNotHaveDuplicates();
        for (int s = 0; s < 7; s++) {
            String name = "s" + s;
            List<Long> expected = log.stream(name)
                    .read(ReadOptions.forward(From.start()))
                    .filter(e -> e.type().equals("t1"))
                    .map(Event::position)
                    .collectList()
                    .block(SOON);
            assertThat(seen.stream().filter(e -> e.stream().equals(name)).map(Event::position))
                    .containsExactlyElementsOf(expected);
        }
    }

    private void append(String stream, String type) {
        log.stream(stream).append(event(type)).block(SOON);
    }

    private static NewEvent event(String type) {
        return NewEvent.text("data").withType(type);
    }

    private static void assertPlace(StreamSignal signal, String stream, long sequence, long position) {
        Event event = (Event) signal;
        assertThat(event.stream()).isEqualTo(stream);
        assertThat(event.sequence()).isEqualTo(sequence);
        assertThat(event.position()).isEqualTo(position);
    }
}
