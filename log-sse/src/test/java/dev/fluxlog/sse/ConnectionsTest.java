package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.spec.Proves;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** As many connections as there may be, and more. */
class ConnectionsTest extends Served {
    private static final int MAX = 256;
    private static final int CYCLES = 10_000;
    private static final String SSE = "Accept: text/event-stream";

    @Override
    GatewayOptions options() {
        return super.options().withConnectionsMax(MAX);
    }

    @Test
    @Proves("LIM-1")
    void oneAboveTheBoundIsAnsweredAtOnceAndEachThatClosesMakesRoomForOne() throws Exception {
        append("a", "1");
        List<Wire> open = fill();

        await().atMost(PATIENCE).until(() -> {
            long begun = System.nanoTime();
            Answer plain = ask("GET /streams/a");
            long took = System.nanoTime() - begun;
            assertThat(plain.status()).isEqualTo(503);
            assertThat(plain.header("Retry-After")).isEqualTo("1");
            assertThat(plain.body()).contains("\"field\":\"connectionsMax\",\"limit\":256}");
            return took < TimeUnit.MILLISECONDS.toNanos(100);
        });
        Answer stream = ask("GET /streams/a", SSE, "Last-Event-ID: 1");
        assertThat(stream.status()).isEqualTo(200);
        assertThat(stream.body()).startsWith("retry: ").endsWith("}\n\n");

        for (int i = 0; i < 3; i++) {
            open.get(i).close();
            awaitOne();
            assertThat(ask("GET /healthz").status()).isEqualTo(503);
        }
    }

    @Test
    @Proves("LIM-1")
    void noPlaceIsLostHoweverOftenConnectionsComeAndGo() throws Exception {
        for (int i = 0; i < CYCLES; i++) {
            Wire wire = new Wire(gateway.address());
            if (i % 5 == 0) {
                wire.raw("GET /healthz HTTP/1.1\r\nHost: x\r\n" + (i % 2 == 0 ? "\r\n" : ""));
            }
            wire.reset();
        }

        // The last of them may still have to be noticed.
        await().atMost(PATIENCE).until(this::isRoomForAll);
    }

    private boolean isRoomForAll() throws Exception {
        List<Wire> open = new ArrayList<>();
        boolean room = true;
        for (int i = 0; i < MAX && room; i++) {
            Wire wire = connect().send("GET /healthz", "");
            room = wire.answer().status() == 200;
            open.add(wire);
        }
        boolean full = ask("GET /healthz").status() == 503;
        for (Wire wire : open) {
            wire.close();
        }
        return room && full;
    }

    /** Opens as many as there may be. */
    private List<Wire> fill() {
        List<Wire> open = new ArrayList<>();
        for (int i = 0; i < MAX; i++) {
            Wire wire = connect().send("GET /healthz", "");
            assertThat(wire.answer().status()).isEqualTo(200);
            open.add(wire);
        }
        return open;
    }

    /** There is room for one, which stays. */
    private void awaitOne() {
        await().atMost(PATIENCE)
                .until(() -> connect().send("GET /healthz", "").answer().status() == 200);
    }
}
