package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each request is one observation, from its head to the end of its answer, and goes on with the trace it came with. */
class GatewayObservationsTest extends Served {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final List<String> begun = new CopyOnWriteArrayList<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private volatile boolean failing;

    @Override
    GatewayOptions options() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new Told());
        return super.options().withObserver(new GatewayObservations(registry));
    }

    private final class Told implements ObservationHandler<Observation.Context> {
        @Override
        public void onStart(Observation.Context context) {
            ReceiverContext<?> receiver = (ReceiverContext<?>) context;
            begun.add(context.getContextualName() + " " + parent(receiver));
            if (failing) {
                throw new IllegalStateException("a handler that fails");
            }
        }

        private <C> String parent(ReceiverContext<C> receiver) {
            return String.valueOf(
                    receiver.getGetter().get(Objects.requireNonNull(receiver.getCarrier()), "Traceparent"));
        }

        @Override
        public void onStop(Observation.Context context) {
            ended.add(context.getName() + " "
                    + context.getAllKeyValues().stream()
                            .map(KeyValue::getValue)
                            .sorted()
                            .collect(Collectors.joining(" ")));
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @Test
    void eachRequestIsOneWithItsTraceAndItsEnd() {
        send("POST /streams/a", "application/json", "1", "traceparent: " + PARENT);
        send("POST /streams/a", "application/json", "2", "If-Match: \"9\"");

        await().atMost(PATIENCE).until(() -> ended.size() == 2);
        assertThat(begun).containsExactly("POST /streams/{name} " + PARENT, "POST /streams/{name} ");
        assertThat(ended)
                .containsExactly(
                        "fluxlog.http /streams/a /streams/{name} 201 POST none",
                        "fluxlog.http /streams/a /streams/{name} 412 POST conflict");
    }

    @Test
    void anOpenStreamEndsWithItsConnection() throws IOException {
        send("POST /streams/a", "application/json", "1");
        await().atMost(PATIENCE).until(() -> ended.size() == 1);
        Wire open = connect().send("GET /streams/a", "", "Accept: text/event-stream");
        open.head();
        open.until("caught-up");
        assertThat(begun).hasSize(2);
        assertThat(ended).hasSize(1);

        open.close();
        await().atMost(PATIENCE).until(() -> ended.size() == 2);
    }

    @Test
    void whoeverObservesAndFailsChangesNoAnswer() {
        failing = true;
        assertThat(send("POST /streams/a", "application/json", "1").status()).isEqualTo(201);
        assertThat(begun).hasSize(1);
    }
}
