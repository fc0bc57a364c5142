package dev.fluxlog.sse;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.RequestReplyReceiverContext;

/**
 * Each request as an observation of Micrometer, {@code fluxlog.http}, for processes that have a registry of them:
 *
 * <pre>{@code GatewayOptions.defaults().withObserver(new GatewayObservations(registry))}</pre>
 *
 * <p>Its context is one of a receiver, so Micrometer Tracing goes on with the trace that the request came with. Keys with few values are
 * {@code method}, {@code route}, {@code status} and {@code problem}, which is {@code none} for an answer that told of none; {@code path} has many.
 * An answer that stays open is one observation, until it ends.
 *
 * <p>Micrometer is optional: without it this class cannot be used, and nothing else needs it.
 */
public final class GatewayObservations implements RequestObserver {
    /** Of every observation. */
    public static final String NAME = "fluxlog.http";

    private final ObservationRegistry registry;

    public GatewayObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Observed begin(Request request) {
        RequestReplyReceiverContext<Request, Integer> context =
                new RequestReplyReceiverContext<>((carrier, key) -> valueOf(carrier, key));
        context.setCarrier(request);
        Observation observation = Observation.createNotStarted(NAME, () -> context, registry)
                .contextualName(request.method() + " " + request.route())
                .lowCardinalityKeyValue("method", request.method())
                .lowCardinalityKeyValue("route", request.route())
                .highCardinalityKeyValue("path", request.path())
                .start();
        return (status, problem) -> {
            context.setResponse(status);
            observation
                    .lowCardinalityKeyValue("status", Integer.toString(status))
                    .lowCardinalityKeyValue("problem", problem.isEmpty() ? KeyValue.NONE_VALUE : problem)
                    .stop();
        };
    }

    private static String valueOf(Request request, String header) {
        return request.headers().apply(header);
    }
}
