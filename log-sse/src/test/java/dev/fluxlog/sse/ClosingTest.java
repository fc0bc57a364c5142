package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A gateway that ends, and would rather wait for minutes than cut an answer. */
@Proves("OWN-6")
class ClosingTest extends Served {
    @Override
    GatewayOptions options() {
        return super.options().withDrainMax(Duration.ofMinutes(10));
    }

    @Test
    void connectionsWithoutARequestAreNotWaitedFor() {
        Wire used = connect().send("GET /healthz", "");
        assertThat(used.answer().status()).isEqualTo(200);
        Wire fresh = connect();
        await().atMost(PATIENCE).until(() -> gateway.connections() == 2);

        gateway.close().block(PATIENCE);

        assertThat(used.isClosedByPeer()).isTrue();
        assertThat(fresh.isClosedByPeer()).isTrue();
    }

    @Test
    void anAnswerUnderWayIsFinishedAndTheLastOfItsConnection() throws Exception {
        Wire wire = connect()
                .raw("POST /streams/a?chunked=true HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n2\r\n1\n\r\n");
        assertThat(wire.head().status()).isEqualTo(200);

        CompletableFuture<Void> closed = gateway.close().toFuture();
        wire.raw("2\r\n2\n\r\n0\r\n\r\n");

        assertThat(wire.rest()).endsWith("{\"complete\":true,\"events\":2}\n");
        assertThat(wire.isClosedByPeer()).isTrue();
        closed.get(60, TimeUnit.SECONDS);
        assertThat(now(stream("a").info()).highWaterMark()).isEqualTo(2);
    }
}
