package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionsPerAddressTest extends Served {
    private static final int MAX = 3;
    private static final int FLOOD = 600;
    private static final int SURPLUS_MAX = 256;

    /** Each loop may have one in hand that it is about to close. */
    private static final int LOOPS_MAX = 100;

    private final Wire other = new Wire(gateway.address(), "127.0.0.2");

    @AfterEach
    void closeOther() throws Exception {
        other.close();
    }

    @Override
    GatewayOptions options() {
        return super.options().withConnectionsPerAddressMax(MAX).withRequestMax(Duration.ofSeconds(4));
    }

    @Test
    @Proves("LIM-3")
    void oneAddressGetsItsShareAndOthersAreServed() throws Exception {
        List<Wire> open = fill();

        Answer surplus = ask("GET /healthz");
        assertThat(surplus.status()).isEqualTo(503);
        assertThat(surplus.header("Retry-After")).isEqualTo("1");
        assertThat(surplus.body()).contains("\"field\":\"connectionsPerAddressMax\",\"limit\":3}");
        assertThat(elsewhere()).isEqualTo(200);

        open.get(0).close();
        await().atMost(PATIENCE)
                .until(() -> connect().send("GET /healthz", "").answer().status() == 200);
        assertThat(ask("GET /healthz").status()).isEqualTo(503);
    }

    @Test
    @Proves("LIM-3")
    void aFloodFromOneAddressKeepsNobodyElseOut() {
        fill();
        List<Wire> flood = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) {
            flood.add(connect());
            assertThat(gateway.connections()).isLessThan(MAX + SURPLUS_MAX + LOOPS_MAX);
            if (i % 50 == 0) {
                assertThat(elsewhere()).isEqualTo(200);
            }
        }

        for (Wire wire : flood) {
            // In the end all of them are closed, those too that never say a word.
            assertThat(wire.isClosedByPeer()).isTrue();
        }
        assertThat(elsewhere()).isEqualTo(200);
    }

    private List<Wire> fill() {
        List<Wire> open = new ArrayList<>();
        for (int i = 0; i < MAX; i++) {
            Wire wire = connect().send("GET /healthz", "");
            assertThat(wire.answer().status()).isEqualTo(200);
            open.add(wire);
        }
        return open;
    }

    private int elsewhere() {
        return other.send("GET /healthz", "").answer().status();
    }
}
