package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.memory.MemoryLog;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The engine over memory, by one walk through everything; the contract tests judge the details. */
class MemoryLogTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final EventLog log = MemoryLog.open().blockOptional(SOON).orElseThrow();
    private final EventStream orders = log.stream("orders");

    @AfterEach
    void close() {
        log.close().block(SOON);
    }

    @Test
    void followsFromHistoryIntoWhatComes() {
        orders.append(List.of(NewEvent.text("a"), NewEvent.text("b"))).block(SOON);

        StepVerifier.create(orders.signals(From.start()))
                .assertNext(signal -> assertThat(((Event) signal).sequence()).isEqualTo(1))
                .assertNext(signal -> assertThat(((Event) signal).sequence()).isEqualTo(2))
                .expectNext(new StreamSignal.CaughtUp("orders", 2))
                .then(() -> orders.append(NewEvent.text("c")).subscribe())
                .assertNext(signal -> assertThat(
                                new String(((Event) signal).data(), java.nio.charset.StandardCharsets.UTF_8))
                        .isEqualTo("c"))
                .then(() -> orders.seal().subscribe())
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void numbersAreNotReusedAfterTrimAndDeletion() {
        orders.append(List.of(NewEvent.text("a"), NewEvent.text("b"))).block(SOON);
        assertThat(orders.trim(2).block(SOON)).isEqualTo(new TrimResult("orders", 1, 2, 3));
        orders.delete().block(SOON);
        StepVerifier.create(orders.info())
                .expectError(LogException.UnknownStream.class)
                .verify(SOON);
        assertThat(orders.append(NewEvent.text("c")).block(SOON)).isEqualTo(new AppendResult("orders", 3, 3, 3, false));
    }

    @Test
    void aRepeatedKeyGivesTheFirstResult() {
        AppendOptions keyed = AppendOptions.defaults().withIdempotencyKey("k");
        AppendResult first = orders.append(List.of(NewEvent.text("a")), keyed).block(SOON);
        assertThat(first).isEqualTo(new AppendResult("orders", 1, 1, 1, false));
        assertThat(orders.append(List.of(NewEvent.text("a")), keyed).block(SOON))
                .isEqualTo(new AppendResult("orders", 1, 1, 1, true));
        StepVerifier.create(orders.append(List.of(NewEvent.text("b")), keyed))
                .expectError(LogException.IdempotencyMismatch.class)
                .verify(SOON);
    }

    @Test
    void aTransactionWithAFailedExpectationWritesNothing() {
        Transaction transaction = Transaction.start()
                .append("a", List.of(NewEvent.text("1")))
                .append("b", List.of(NewEvent.text("2")), ExpectedSequence.exactly(7));
        StepVerifier.create(log.commit(transaction))
                .expectErrorSatisfies(
                        e -> assertThat(((LogException.Conflict) e).stream()).isEqualTo("b"))
                .verify(SOON);
        assertThat(log.streams(StreamsQuery.all()).collectList().block(SOON)).isEmpty();
    }

    @Test
    void manyProducersGetDenseSequences() {
        List<Long> sequences = Flux.range(0, 10_000)
                .flatMap(i -> orders.append(NewEvent.text("e" + i)), 256)
                .map(AppendResult::first)
                .sort()
                .collectList()
                .block(SOON);
        assertThat(sequences)
                .isEqualTo(LongStream.rangeClosed(1, 10_000).boxed().toList());
        assertThat(orders.read(ReadOptions.backward(From.tail()).withLimit(3))
                        .map(Event::sequence)
                        .collectList()
                        .block(SOON))
                .containsExactly(10_000L, 9_999L, 9_998L);
        Page page = Objects.requireNonNull(
                orders.page(ReadOptions.forward(From.after(9_990)).withLimit(20))
                        .block(SOON));
        assertThat(page.events()).hasSize(10);
        assertThat(page.complete()).isTrue();
        assertThat(IntStream.range(0, 10).mapToObj(i -> page.events().get(i).sequence()))
                .isEqualTo(LongStream.rangeClosed(9_991, 10_000).boxed().toList());
    }

    @Test
    void closingEndsSubscribersAndRefusesWork() {
        orders.append(NewEvent.text("a")).block(SOON);
        StepVerifier.create(orders.subscribe(From.tail()))
                .expectSubscription()
                .then(() -> log.close().subscribe())
                .expectError(LogException.Closed.class)
                .verify(SOON);
        StepVerifier.create(orders.append(NewEvent.text("b")))
                .expectError(LogException.Closed.class)
                .verify(SOON);
        log.close().block(SOON);
    }
}
