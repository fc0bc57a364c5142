package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.NewEvent;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Peers that keep a gateway waiting, which waits for nobody longer than a moment here. */
class SlowPeerTest extends Served {
    private static final String SSE = "Accept: text/event-stream";

    @Override
    GatewayOptions options() {
        return super.options()
                .withStallMax(Duration.ofMillis(1_500))
                .withRequestMax(Duration.ofMillis(1_200))
                .withIdleMax(Duration.ofMillis(1_500))
                .withHeartbeat(Duration.ofMillis(100));
    }

    @Test
    @Proves({"SUB-3", "SUB-7", "LIM-3"})
    void aClientThatNeverReadsHoldsLittleAndIsClosedWhileOthersAreServed() throws Exception {
        byte[] data = new byte[64 << 10];
        List<NewEvent> batch = List.of(NewEvent.of(data), NewEvent.of(data), NewEvent.of(data), NewEvent.of(data));
        for (int i = 0; i < 50; i++) {
            now(stream("a").append(batch));
        }
        Wire idle = new Wire(gateway.address(), 4096);
        idle.send("GET /streams/a?from=start", "", SSE);
        Wire reader = connect().send("GET /streams/a?from=start", "", SSE);
        reader.head();

        assertThat(reader.until("caught-up")).contains("id: 200\n");
        await().atMost(PATIENCE).until(() -> gateway.connections() == 1);
        assertThat(now(log.stream("a").append(NewEvent.json("1"))).last()).isEqualTo(201);
        assertThat(reader.until("id: 201\n")).doesNotContain("id: 200\n");
        idle.close();
    }

    @Test
    @Proves("LIM-11")
    void aHeadThatIsNotFinishedInTimeEndsTheConnection() {
        Wire wire = connect().raw("GET /streams/a HTTP/1.1\r\nHo");

        assertThat(wire.isClosedByPeer()).isTrue();
    }

    @Test
    @Proves("LIM-3")
    void aBodyThatIsNotFinishedInTimeIsAnsweredSo() {
        Wire wire = connect()
                .raw("POST /streams/a HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: 10\r\n\r\nhalf");

        Answer answer = wire.answer();

        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.body()).contains("/problems/request-timeout");
    }

    @Test
    @Proves("LIM-3")
    void aLongBodyWhoseNextPartDoesNotComeEndsBehindWhatWasTaken() {
        Wire wire = connect()
                .raw("POST /streams/a?chunked=true HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n3ea\r\n" + "1\n".repeat(501) + "\r\n");

        String answer = wire.head().status() + wire.rest();

        assertThat(answer)
                .startsWith("200{\"stream\":\"a\",\"first\":1,\"last\":500,")
                .contains("\n{\"problem\":{\"type\":\"/problems/request-timeout\"");
        assertThat(now(stream("a").info()).highWaterMark()).isEqualTo(500);
    }

    @Test
    @Proves("LIM-3")
    void aConnectionWithoutRequestsIsClosed() {
        Wire wire = connect().send("GET /healthz", "");
        assertThat(wire.answer().status()).isEqualTo(200);

        assertThat(wire.isClosedByPeer()).isTrue();
    }
}
