package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.spec.Proves;
import io.netty.util.concurrent.EventExecutor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;

@Proves("OWN-8")
class EventLoopsTest extends Served {
    /**
     * Most processor time that an event loop may use between two turns of a task. Not time on the wall, which on a busy
     * machine tells how long the thread waited for a processor; a thread that waits for anything else is BlockHound's.
     */
    private static final Duration STALL_MAX = Duration.ofMillis(250);

    private static final Duration PROBE = Duration.ofMillis(2);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Test
    void aCallThatWouldBlockAnEventLoopFails() {
        CountDownLatch never = new CountDownLatch(1);

        assertThatThrownBy(() -> gateway.loops()
                        .next()
                        .submit(() -> never.await(1, TimeUnit.MILLISECONDS))
                        .get(60, TimeUnit.SECONDS))
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
        assertThat(Duration.ofNanos(longest.get())).isPositive().isLessThan(STALL_MAX);
    }

    /** Asks the loop for a turn again and again, and keeps the most that it did before it gave one. */
    private static void probe(EventExecutor loop, AtomicLong longest) {
        loop.execute(() -> {
            long used = THREADS.getCurrentThreadCpuTime();
            loop.schedule(
                    () -> {
                        longest.accumulateAndGet(THREADS.getCurrentThreadCpuTime() - used, Math::max);
                        if (!loop.isShuttingDown()) {
                            probe(loop, longest);
                        }
                    },
                    PROBE.toNanos(),
                    TimeUnit.NANOSECONDS);
        });
    }
}
