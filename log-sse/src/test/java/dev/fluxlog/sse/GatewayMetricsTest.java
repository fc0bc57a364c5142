package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.spec.Proves;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a registry is told is what {@code /metrics} prints. */
@Proves("OWN-11")
class GatewayMetricsTest extends Served {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void whatWasCountedBeforeAndAfterBindingIsThereOnce() {
        send("POST /streams/a", "application/x-ndjson", "1\n2\n");
        await().atMost(PATIENCE).until(() -> gateway.meters().appendedEvents() == 2);
        new GatewayMetrics(gateway).bindTo(registry);

        send("POST /streams/a", "application/json", "3");
        send("POST /streams/a", "application/json", "broken{");
        send("POST /streams/a", "application/json", "4", "If-Match: \"9\"");
        Wire open = connect().send("GET /streams/a", "", "Accept: text/event-stream");
        open.head();
        open.until("caught-up");

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(requests("POST", "201")).isEqualTo(2);
            assertThat(requests("POST", "400")).isEqualTo(1);
            assertThat(requests("POST", "412")).isEqualTo(1);
            assertThat(problems("conflict")).isEqualTo(1);
            assertThat(problems("invalid-request")).isEqualTo(1);
            assertThat(gauge("fluxlog.open.streams")).isEqualTo(1);
            assertThat(timer().count()).isEqualTo(4);
        });
        assertThat(timer().totalTime(TimeUnit.NANOSECONDS)).isPositive();
        assertThat(registry.get("fluxlog.appended.events").functionCounter().count())
                .isEqualTo(3);
        assertThat(registry.get("fluxlog.request.body.bytes").functionCounter().count())
                .isEqualTo(13);
        assertThat(gauge("fluxlog.position")).isEqualTo(3);
        assertThat(gauge("fluxlog.streams")).isEqualTo(1);
        assertThat(gauge("fluxlog.up")).isEqualTo(1);
        assertThat(gauge("fluxlog.connections")).isPositive();
        assertThat(state("serving")).isEqualTo(1);
        assertThat(state("draining")).isZero();

        gateway.close().block(PATIENCE);
        assertThat(state("draining")).isEqualTo(1);
        log.close().block(PATIENCE);
        assertThat(state("closed")).isEqualTo(1);
        assertThat(gauge("fluxlog.up")).isZero();
    }

    @Test
    void twoRegistriesAreToldTheSame() {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        new GatewayMetrics(gateway).bindTo(registry);
        new GatewayMetrics(gateway).bindTo(other);

        ask("GET /nothing");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(other.get("fluxlog.problems")
                                .tag("problem", "not-found")
                                .functionCounter()
                                .count())
                        .isEqualTo(1));
        assertThat(problems("not-found")).isEqualTo(1);
    }

    @Test
    void everyMetricThatIsPrintedIsBound() {
        send("POST /streams/a", "application/json", "broken{");
        new GatewayMetrics(gateway).bindTo(registry);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ask("GET /metrics")
                                .body()
                                .lines()
                                .filter(line -> line.startsWith("# TYPE "))
                                .map(line -> line.split(" ")[2])
                                .map(name ->
                                        name.replaceAll("_total$|_seconds$", "").replace('_', '.')))
                        .allSatisfy(name -> assertThat(registry.find(name).meters())
                                .as(name)
                                .isNotEmpty()));
    }

    private double requests(String method, String status) {
        FunctionCounter counter = registry.get("fluxlog.requests")
                .tags("method", method, "route", "/streams/{name}", "status", status)
                .functionCounter();
        return counter.count();
    }

    private double problems(String code) {
        return registry.get("fluxlog.problems")
                .tag("problem", code)
                .functionCounter()
                .count();
    }

    private FunctionTimer timer() {
        return registry.get("fluxlog.request").tag("route", "/streams/{name}").functionTimer();
    }

    private double state(String word) {
        Gauge gauge = registry.get("fluxlog.state").tag("state", word).gauge();
        return gauge.value();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}
