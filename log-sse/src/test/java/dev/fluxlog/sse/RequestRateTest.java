package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.spec.Proves;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * One request a second for each, so that whatever comes as a flood is beyond it. How many exactly are passed is a matter
 * of time, and of {@link RatesTest}.
 */
@Proves("LIM-3")
class RequestRateTest extends Served {
    private static final int FLOOD = 50;
    private static final String ANN = "Authorization: Bearer ann";

    private final KnownCallers callers = (KnownCallers) options.authority();

    @Override
    GatewayOptions options() {
        return super.options().withRequestsPerSecondMax(1).withAuthority(new KnownCallers());
    }

    @BeforeEach
    void know() {
        callers.know("ann", "read:*", "append:*");
        callers.know("bob", "read:*", "append:*");
        append("a", "1");
    }

    @Test
    void aFloodIsRefusedRequestByRequestOnAConnectionThatStaysInStep() {
        Wire wire = connect();
        for (int i = 0; i < FLOOD; i++) {
            wire.send("POST /streams/flood", "true", "Content-Type: application/json", ANN);
        }
        int taken = 0;
        for (int i = 0; i < FLOOD; i++) {
            Answer answer = wire.answer();
            if (answer.status() == 201) {
                taken++;
            } else {
                assertThat(answer.status()).isEqualTo(429);
                assertThat(answer.header("Retry-After")).isEqualTo("1");
                assertThat(answer.body())
                        .contains("/problems/too-many-requests")
                        .contains("\"limit\":1}");
            }
        }

        assertThat(taken).isBetween(1, FLOOD - 1);
        assertThat(now(log.stream("flood").info()).highWaterMark()).isEqualTo(taken);
    }

    @Test
    void anotherCallerAtTheSameAddressIsServedAllTheTime() {
        awaitRefusal("GET /streams/a", ANN);

        assertThat(ask("GET /streams/a", "Authorization: Bearer bob").status()).isEqualTo(200);
    }

    @Test
    void whoIsNotRecognisedIsHeldToTheRateOfTheAddressAndAnotherAddressIsServed() {
        awaitRefusal("GET /streams/a", "Authorization: Bearer guess");
        awaitRefusal("GET /");
        awaitRefusal("OPTIONS /streams/a");

        assertThat(new Wire(gateway.address(), "127.0.0.2")
                        .send("GET /", "")
                        .answer()
                        .status())
                .isEqualTo(200);
        assertThat(ask("GET /streams/a", ANN).status()).isEqualTo(200);
    }

    @Test
    void whoeverWatchesTheServerIsAnsweredBesideAFloodFromItsAddress() {
        awaitRefusal("GET /");

        Wire watcher = connect();
        for (int i = 0; i < FLOOD; i++) {
            assertThat(watcher.send("GET /healthz", "").answer().status()).isEqualTo(200);
            assertThat(watcher.send("GET /readyz", "").answer().status()).isEqualTo(200);
        }
    }

    @Test
    @Proves("SUB-20")
    void anEventStreamIsToldToComeBackAndNotRefused() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            Wire wire = connect();
            for (int i = 0; i < 5; i++) {
                wire.send("HEAD /streams/a", "", ANN);
            }
            wire.send("GET /streams/a", "", ANN, "Accept: text/event-stream", "Last-Event-ID: 1");
            for (int i = 0; i < 5; i++) {
                wire.head();
            }
            Answer answer = wire.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body())
                    .matches("(?s)retry: [12][0-9]{3}\nevent: error\ndata: \\{.*too-many-requests.*}\n\n");
        });
    }

    private void awaitRefusal(String head, String... lines) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ask(head, lines).status()).isEqualTo(429));
    }
}
