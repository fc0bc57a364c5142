package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.NewEvent;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitsTest extends Served {
    private static final String SSE = "Accept: text/event-stream";

    @Override
    GatewayOptions options() {
        return super.options()
                .withConnectionsMax(4)
                .withStallMax(Duration.ofMillis(800))
                .withRequestMax(Duration.ofMillis(600))
                .withIdleMax(Duration.ofMillis(900))
                .withHeartbeat(Duration.ofMillis(100));
    }

    @Test
    @Proves({"LIM-1", "SUB-20"})
    void aConnectionAboveTheBoundIsToldSoAndOneThatClosesMakesRoom() throws Exception {
        append("a", "1");
        List<Wire> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Wire wire = connect().send("GET /streams/a", "", SSE);
            wire.head();
            open.add(wire);
        }

        Answer plain = ask("GET /streams/a");
        assertThat(plain.status()).isEqualTo(503);
        assertThat(plain.header("Retry-After")).isEqualTo("1");
        assertThat(plain.body()).contains("/problems/too-many-connections").contains("\"limit\":4");
        Answer stream = ask("GET /streams/a", SSE, "Last-Event-ID: 1");
        assertThat(stream.status()).isEqualTo(200);
        assertThat(stream.body())
                .startsWith("retry: ")
                .contains("event: error\ndata: {")
                .endsWith("}\n\n");

        open.get(0).close();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ask("GET /streams/a").status()).isEqualTo(200));
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
    @Proves("SUB-3")
    void aSlowClientGetsEveryEventInOrder() {
        for (int i = 1; i <= 40; i++) {
            now(stream("a").append(NewEvent.of(new byte[20_000])));
        }
        Wire slow = new Wire(gateway.address(), 4096);
        slow.send("GET /streams/a?from=start&view=data", "", SSE);
        slow.head();

        String body = slow.until("caught-up");

        for (int i = 1; i <= 40; i++) {
            assertThat(body).contains("\nid: " + i + "\n\n");
        }
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
    void aConnectionWithoutRequestsIsClosed() {
        Wire wire = connect().send("GET /healthz", "");
        assertThat(wire.answer().status()).isEqualTo(200);

        assertThat(wire.isClosedByPeer()).isTrue();
    }

    @Test
    @Proves("SUB-11")
    void whatAClientLeavesBehindIsGivenBack() {
        append("a", "1");
        for (int i = 0; i < 200; i++) {
            try (Wire wire = new Wire(gateway.address())) {
                wire.send("GET /streams/a?from=start", "", SSE).head();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            await().pollInterval(Duration.ofMillis(2)).atMost(PATIENCE).until(() -> gateway.connections() == 0);
        }
    }

    @Test
    @Proves("SEC-3")
    void anAddressBeyondLoopbackNeedsAnOptionThatTheRefusalNames() {
        GatewayOptions everywhere = super.options().withHost("0.0.0.0");

        assertThatThrownBy(() -> Gateway.start(log, everywhere).block(PATIENCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("insecure");
        Gateway open = now(Gateway.start(log, everywhere.withInsecure(true)));
        open.close().block(PATIENCE);
    }

    @Test
    @Proves("OWN-6")
    void closingIsRepeatableAndBoundedAlsoWithAPeerThatTakesNothing() {
        now(stream("a").append(NewEvent.of(new byte[1 << 19])));
        now(stream("a").append(NewEvent.of(new byte[1 << 19])));
        Wire idle = new Wire(gateway.address(), 4096);
        idle.send("GET /streams/a?from=start", "", SSE);
        idle.head();
        long start = System.nanoTime();

        gateway.close().block(PATIENCE);
        gateway.close().block(PATIENCE);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    }
}
