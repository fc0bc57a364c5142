package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;

@Proves("OWN-8")
class EventLoopsTest extends Served {
    /** Most processor time that an event loop may use between two turns of a task. */
    private static final Duration STALL_MAX = Duration.ofMillis(250);

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

        // The first time is that of the interpreter, which takes many times as long.
        assertThat(send("POST /streams/a", "application/x-ndjson", lines.toString())
                        .status())
                .isEqualTo(201);
        assertThat(ask("GET /streams/a?limit=1000").status()).isEqualTo(200);
        StallProbe probe = new StallProbe(gateway.loops());
        for (int i = 1; i < 5; i++) {
            assertThat(send("POST /streams/a", "application/x-ndjson", lines.toString())
                            .status())
                    .isEqualTo(201);
            assertThat(ask("GET /streams/a?limit=1000").status()).isEqualTo(200);
        }
        Wire late = connect().send("GET /streams/a?from=start", "", "Accept: text/event-stream");
        late.head();

        assertThat(late.until("caught-up")).contains("id: 5000\n");
        assertThat(probe.longest()).isPositive().isLessThan(STALL_MAX);
    }
}
