package dev.fluxlog.sse;

import dev.fluxlog.LogStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Binds what a gateway and its log count to a registry of Micrometer, for processes that have one:
 *
 * <pre>{@code new GatewayMetrics(gateway).bindTo(registry);}</pre>
 *
 * <p>These are the counters that {@code /metrics} prints, under the same names with dots in them, so that a registry for
 * Prometheus shows them as they are there; of durations it gets number and sum. Nothing is counted twice, and the
 * registry is asked for nothing while requests are served, except once for each thing that is counted for the first time.
 *
 * <p>Micrometer is optional: without it this class cannot be used, and nothing else needs it.
 */
public final class GatewayMetrics implements MeterBinder {
    private final Gateway gateway;

    public GatewayMetrics(Gateway gateway) {
        this.gateway = gateway;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "fluxlog.up", "1 while the log takes appends", it -> isServing(it) ? 1 : 0);
        Stream.concat(Arrays.stream(LogStatus.State.values()).map(StatusRoute::word), Stream.of("draining"))
                .forEach(state -> Gauge.builder(
                                "fluxlog.state", gateway, it -> it.state().equals(state) ? 1 : 0)
                        .description("1 for the state that log and gateway are in")
                        .tag("state", state)
                        .register(registry));
        gauge(
                registry,
                "fluxlog.position",
                "Events committed to the log since it was made",
                it -> it.status().position());
        gauge(
                registry,
                "fluxlog.streams",
                "Streams that exist",
                it -> it.status().streams());
        gauge(
                registry,
                "fluxlog.waiting.appends",
                "Appends that wait for their commit",
                it -> it.status().waitingAppends());
        gauge(
                registry,
                "fluxlog.waiting.bytes",
                "Bytes of appends that wait for their commit",
                it -> it.status().waitingBytes());
        gauge(registry, "fluxlog.connections", "Connections that are open", Gateway::connections);
        gauge(
                registry,
                "fluxlog.open.streams",
                "Answers that stay open now",
                it -> it.meters().openStreams());
        counter(
                registry,
                "fluxlog.appended.events",
                "Events that were appended through the gateway",
                it -> it.meters().appendedEvents());
        counter(
                registry,
                "fluxlog.request.body.bytes",
                "Bytes of request bodies that were read whole",
                it -> it.meters().bodyBytes());
        gateway.meters().observe(new Registering(registry));
    }

    private static boolean isServing(Gateway gateway) {
        return gateway.status().state() == LogStatus.State.SERVING;
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Gateway> value) {
        Gauge.builder(name, gateway, value).description(description).register(registry);
    }

    private void counter(MeterRegistry registry, String name, String description, ToDoubleFunction<Gateway> value) {
        FunctionCounter.builder(name, gateway, value).description(description).register(registry);
    }

    /** What comes to be counted while the gateway serves. To register the same again changes nothing. */
    private record Registering(MeterRegistry registry) implements Meters.Observer {
        @Override
        public void requests(Meters.Requests what, LongAdder count) {
            FunctionCounter.builder("fluxlog.requests", count, LongAdder::sum)
                    .description("Requests that were answered")
                    .tags("method", what.method(), "route", what.route(), "status", Integer.toString(what.status()))
                    .register(registry);
        }

        @Override
        public void problems(String code, LongAdder count) {
            FunctionCounter.builder("fluxlog.problems", count, LongAdder::sum)
                    .description("Requests, and events within answers, that told of a problem")
                    .tag("problem", code)
                    .register(registry);
        }

        @Override
        public void durations(String route, Meters.Durations times) {
            FunctionTimer.builder(
                            "fluxlog.request",
                            times,
                            Meters.Durations::count,
                            Meters.Durations::nanos,
                            TimeUnit.NANOSECONDS)
                    .description("Time from the head of a request to the end of its answer")
                    .tag("route", route)
                    .register(registry);
        }
    }
}
