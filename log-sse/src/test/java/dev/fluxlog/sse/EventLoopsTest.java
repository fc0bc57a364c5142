package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.spec.Proves;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;

@Proves("OWN-8")
class EventLoopsTest extends Served {
    /** Longest that a task may wait for its event loop; generous, for machines that do other things too. */
    private static final Duration STALL_MAX = Duration.ofMillis(500);

    private static final Duration PROBE = Duration.ofMillis(2);

    @Test
    void aCallThatWouldBlockAnEventLoopFails() {
        CountDownLatch never = new CountDownLatch(1);

        assertThatThrownBy(() -> gateway.loops()
                        .next()
                        .submit(() -> never.await(1, TimeUnit.MILLISECONDS))
                        .get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BlockingOperationError.class);
    }

    @Test
    void noEventLoopIsHeldUpByLargeBodiesLongPagesAndFastStreams() {
        AtomicLong longest = new AtomicLong();
        for (EventExecutor loop : gateway.loops()) {
            probe(loop, longest);
        }
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            lines.append("{\"n\":")
                    .append(i)
                    .append(",\"text\":\"")
                    .append("x".repeat(1_000))
                    .append("\"}\n");
        }
        Wire follower = connect().send("GET /streams/a?from=start", "", "Accept: text/event-stream");
        assertThat(follower.head().status()).isEqualTo(404);

        for (int i = 0; i < 5; i++) {
            assertThat(send("POST /streams/a", "application/x-ndjson", lines.toString())
                            .status())
                    .isEqualTo(201);
            assertThat(ask("GET /streams/a?limit=1000").status()).isEqualTo(200);
        }
        Wire late = connect().send("GET /streams/a?from=start", "", "Accept: text/event-stream");
        late.head();

        assertThat(late.until("caught-up")).contains("id: 5000\n");
        assertThat(Duration.ofNanos(longest.get())).isLessThan(STALL_MAX);
    }

    /** Asks the loop for a turn again and again, and keeps the longest time that it took to get it. */
    private static void probe(EventExecutor loop, AtomicLong longest) {
        long due = System.nanoTime() + PROBE.toNanos();
        loop.schedule(
                () -> {
                    longest.accumulateAndGet(System.nanoTime() - due, Math::max);
                    if (!loop.isShuttingDown()) {
                        probe(loop, longest);
                    }
                },
                PROBE.toNanos(),
                TimeUnit.NANOSECONDS);
    }
}
