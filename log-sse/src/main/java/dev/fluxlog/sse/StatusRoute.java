package dev.fluxlog.sse;

import dev.fluxlog.EventLog;
import dev.fluxlog.LogStatus;
import java.util.Locale;
import reactor.core.publisher.Mono;

/** How log and gateway are doing. */
final class StatusRoute {
    private final EventLog log;
    private final Connections connections;
    private final FanOut fanOut;
    private final Drain drain;
    private final Meters meters;

    StatusRoute(EventLog log, Connections connections, FanOut fanOut, Drain drain, Meters meters) {
        this.log = log;
        this.connections = connections;
        this.fanOut = fanOut;
        this.drain = drain;
        this.meters = meters;
    }

    /** Whether the log does all it is for. */
    Mono<Void> health(Exchange exchange) {
        return answer(exchange, log.status().state() == LogStatus.State.SERVING);
    }

    /** Whether requests should be sent here. */
    Mono<Void> readiness(Exchange exchange) {
        return answer(exchange, log.status().state() == LogStatus.State.SERVING && !drain.begun());
    }

    Mono<Void> status(Exchange exchange) {
        LogStatus status = log.status();
        return exchange.json(200, json -> {
            json.object();
            json.name("state").string(state(status));
            json.name("durability").string(word(status.durability()));
            json.name("position").number(status.position());
            json.name("streams").number(status.streams());
            json.name("waitingAppends").number(status.waitingAppends());
            json.name("waitingBytes").number(status.waitingBytes());
            json.name("connections").number(connections.count());
            json.name("live");
            fanOut.writeTo(json);
            json.name("findings").array();
            status.findings().forEach(json::string);
            json.endArray().end();
        });
    }

    /** The state of the log, and what the gateway has counted. */
    Mono<Void> metrics(Exchange exchange) {
        LogStatus status = log.status();
        return exchange.body(200, MetricsText.TYPE, buffer -> {
            MetricsText out = new MetricsText(buffer);
            out.gauge("fluxlog_up", "1 while the log takes appends");
            out.value("fluxlog_up", "", status.state() == LogStatus.State.SERVING ? 1 : 0);
            out.gauge("fluxlog_state", "1 for the state that log and gateway are in");
            out.value("fluxlog_state", "state=\"" + state(status) + "\"", 1);
            out.counter("fluxlog_position", "Events committed to the log since it was made");
            out.value("fluxlog_position", "", status.position());
            out.gauge("fluxlog_streams", "Streams that exist");
            out.value("fluxlog_streams", "", status.streams());
            out.gauge("fluxlog_waiting_appends", "Appends that wait for their commit");
            out.value("fluxlog_waiting_appends", "", status.waitingAppends());
            out.gauge("fluxlog_waiting_bytes", "Bytes of appends that wait for their commit");
            out.value("fluxlog_waiting_bytes", "", status.waitingBytes());
            out.gauge("fluxlog_connections", "Connections that are open");
            out.value("fluxlog_connections", "", connections.count());
            meters.writeTo(out);
        });
    }

    private Mono<Void> answer(Exchange exchange, boolean well) {
        return exchange.json(
                well ? 200 : 503,
                json -> json.object().name("state").string(state(log.status())).end());
    }

    private String state(LogStatus status) {
        return state(status, drain);
    }

    static String state(LogStatus status, Drain drain) {
        boolean draining = drain.begun() && status.state() == LogStatus.State.SERVING;
        return draining ? "draining" : word(status.state());
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
