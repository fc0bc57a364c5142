package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.LogStatus;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Transaction;
import dev.fluxlog.spec.Proves;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What happens at the bounds: a typed answer, nothing written, and the log goes on. */
public abstract class LimitsContract extends LogContract {

    private static List<NewEvent> heavy(int count, int bytes) {
        return IntStream.range(0, count)
                .mapToObj(i -> NewEvent.of(new byte[bytes]))
                .toList();
    }

    @Test
    @Proves({"STR-17", "LIM-8"})
    final void theLogReportsItsLevelAndItsBounds() {
        LogOptions options = LogOptions.defaults().withEventBytesMax(12_345).withPageEventsMax(77);
        EventLog log = open(options);
        append(log.stream("a"), 2);
        assertThat(log.durability()).isEqualTo(implementation().durability());
        assertThat(log.options()).isEqualTo(options);
        LogStatus status = log.status();
        assertThat(status.state()).isEqualTo(LogStatus.State.SERVING);
        assertThat(status.durability()).isEqualTo(implementation().durability());
        assertThat(status.position()).isEqualTo(2);
        assertThat(status.streams()).isEqualTo(1);
        assertThat(status.cause()).isEmpty();
    }

    @Test
    @Proves("LIM-8")
    final void anEventAboveItsBoundIsTooLarge() {
        EventStream stream = open(LogOptions.defaults().withEventBytesMax(5_000)).stream("a");
        LogException.TooLarge refused = failure(LogException.TooLarge.class, stream.append(heavy(1, 5_001)));
        assertThat(refused.limitName()).isEqualTo("eventBytesMax");
        assertThat(refused.limitBytes()).isEqualTo(5_000);
        assertThat(refused.actualBytes()).isGreaterThan(5_000);
        assertThat(refused.isRetryable()).isFalse();
        failure(LogException.UnknownStream.class, stream.info());
        assertThat(get(stream.append(heavy(1, 4_000))).last()).isEqualTo(1);
    }

    @Test
    @Proves("LIM-8")
    final void typeKeyAndHeadersCountAsBytesOfTheEvent() {
        EventStream stream = open(LogOptions.defaults().withEventBytesMax(5_000)).stream("a");
        NewEvent event = NewEvent.of(new byte[2_000]).withKey("k".repeat(2_000)).withHeader("h", "v".repeat(2_000));
        assertThat(failure(LogException.TooLarge.class, stream.append(event)).limitBytes())
                .isEqualTo(5_000);
        assertThat(append(stream, 1).last()).isEqualTo(1);
    }

    @Test
    @Proves("LIM-8")
    final void aBatchAboveItsBoundInBytesIsTooLarge() {
        EventStream stream = open(LogOptions.defaults().withBatchBytesMax(20_000)).stream("a");
        LogException.TooLarge refused = failure(LogException.TooLarge.class, stream.append(heavy(5, 4_001)));
        assertThat(refused.limitName()).isEqualTo("batchBytesMax");
        assertThat(refused.limitBytes()).isEqualTo(20_000);
        assertThat(refused.actualBytes()).isGreaterThan(20_000);
        assertThat(get(stream.append(heavy(4, 4_001))).last()).isEqualTo(4);
    }

    @Test
    @Proves("LIM-8")
    final void aBatchAboveItsBoundInEventsIsRefused() {
        EventStream stream = open(LogOptions.defaults().withBatchEventsMax(10)).stream("a");
        LogException.LimitExceeded refused = failure(LogException.LimitExceeded.class, stream.append(events(11)));
        assertThat(refused.limitName()).isEqualTo("batchEventsMax");
        assertThat(refused.limit()).isEqualTo(10);
        assertThat(refused.given()).isEqualTo(11);
        assertThat(append(stream, 10).last()).isEqualTo(10);
    }

    @Test
    @Proves("LIM-8")
    final void aTransactionIsBoundedAsAWhole() {
        EventLog log = open(LogOptions.defaults().withBatchEventsMax(10).withBatchBytesMax(20_000));
        failure(
                LogException.LimitExceeded.class,
                log.commit(Transaction.start().append("a", events(6)).append("b", events(5))));
        failure(
                LogException.TooLarge.class,
                log.commit(Transaction.start().append("a", heavy(3, 4_000)).append("b", heavy(3, 4_000))));
        assertThat(get(log.commit(Transaction.start().append("a", events(5)).append("b", events(5))))
                        .position())
                .isEqualTo(10);
    }

    @Test
    final void theLargestEventThatTheFormatCarriesIsKept() {
        int bytes = LogOptions.EVENT_BYTES_CEILING;
        EventStream stream =
                open(LogOptions.defaults().withEventBytesMax(bytes).withBatchBytesMax(LogOptions.BATCH_BYTES_CEILING))
                        .stream("a");
        byte[] data = new byte[bytes - 1_000];
        Seeds.random("largest").nextBytes(data);
        get(stream.append(List.of(event("before"), NewEvent.of(data), event("behind"))));
        assertThat(readAll(stream).get(1).data()).isEqualTo(data);
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 3));
    }

    @Test
    final void aBatchLargerThanACommitGroupIsOneAppend() {
        EventStream stream = open(LogOptions.defaults().withGroupBytesMax(1_000).withGroupFramesMax(5)).stream("a");
        assertThat(get(stream.append(heavy(50, 500))).last()).isEqualTo(50);
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 50));
    }

    @Test
    @Proves("LIM-8")
    final void theSmallestBoundsStillServe() {
        EventLog log = open(LogOptions.defaults()
                .withGroupBytesMax(1)
                .withGroupFramesMax(1)
                .withPrefetchEventsMax(1)
                .withPrefetchBytesMax(1)
                .withPageBytesMax(1)
                .withPageEventsMax(1)
                .withIdempotencyEventsMax(1)
                .withIdempotencyKeysMax(1)
                .withReaderThreads(1));
        EventStream stream = log.stream("a");
        all(Flux.range(0, 50).flatMap(i -> stream.append(event(i)), 8));
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 50));
        assertThat(sequences(all(stream.subscribe(dev.fluxlog.From.start()).take(50))))
                .isEqualTo(range(1, 50));
    }

    @Test
    @Proves("LIM-7")
    final void whenMoreArrivesThanIsTakenTheAnswerIsOverloadedAndARetrySucceeds() {
        EventStream stream = open(LogOptions.defaults().withWaitingAppendsMax(4)).stream("a");
        reactor.util.retry.Retry retry = reactor.util.retry.Retry.backoff(1_000, java.time.Duration.ofMillis(1))
                .maxBackoff(java.time.Duration.ofMillis(20))
                .filter(error -> error instanceof LogException.Overloaded overloaded && overloaded.isRetryable());
        all(Flux.range(0, 500).flatMap(i -> stream.append(event(i)).retryWhen(retry), 100));
        assertThat(readAll(stream))
                .extracting(LogContract::text)
                .doesNotHaveDuplicates()
                .hasSize(500);
    }

    @Test
    final void boundsBelowOneAreRefusedAtTheCall() {
        LogOptions options = LogOptions.defaults();
        assertThatIllegalArgumentException().isThrownBy(() -> options.withPageEventsMax(0));
        assertThatIllegalArgumentException().isThrownBy(() -> options.withReaderThreads(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.withEventBytesMax(LogOptions.EVENT_BYTES_CEILING + 1));
        assertThat(append(open(options).stream("a"), 1).last()).isEqualTo(1);
    }
}
