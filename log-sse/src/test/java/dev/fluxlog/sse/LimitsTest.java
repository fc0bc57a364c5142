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
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

class LimitsTest extends Served {
    private static final String SSE = "Accept: text/event-stream";

    @Override
    GatewayOptions options() {
        return super.options()
                .withConnectionsMax(4)
                .withHeartbeat(Duration.ofMillis(100))
                .withDrainMax(Duration.ofMillis(500))
                .withRequestMax(Duration.ofMinutes(10));
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
    @Proves("LIM-1")
    void oneOfHttpTwoEndsBehindItsAnswerToo() {
        for (int i = 0; i < 4; i++) {
            assertThat(connect().send("GET /healthz", "").answer().status()).isEqualTo(200);
        }
        ConnectionProvider kept = ConnectionProvider.create("kept", 1);
        HttpClient client = HttpClient.create(kept)
                .protocol(HttpProtocol.H2C)
                .baseUrl("http://127.0.0.1:" + gateway.address().getPort());

        int status = now(client.get()
                .uri("/healthz")
                .responseSingle((response, body) ->
                        body.asString().thenReturn(response.status().code())));

        assertThat(status).isEqualTo(503);
        await().atMost(PATIENCE).until(() -> gateway.connections() == 4);
        kept.disposeLater().block(PATIENCE);
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
    void closingIsRepeatableAndBoundedAlsoWithPeersThatTakeNothingAndThatNeverEnd() {
        now(stream("a").append(NewEvent.of(new byte[1 << 19])));
        now(stream("a").append(NewEvent.of(new byte[1 << 19])));
        Wire idle = new Wire(gateway.address(), 4096);
        idle.send("GET /streams/a?from=start", "", SSE);
        idle.head();
        Wire unfinished = connect()
                .raw("POST /streams/b?chunked=true HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n2\r\n1\n\r\n");
        unfinished.head();

        gateway.close().block(PATIENCE);
        gateway.close().block(PATIENCE);

        assertThat(gateway.connections()).isZero();
        assertThat(unfinished.isClosedByPeer()).isTrue();
    }
}
