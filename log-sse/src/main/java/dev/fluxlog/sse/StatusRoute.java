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

    StatusRoute(EventLog log, Connections connections, FanOut fanOut, Drain drain) {
        this.log = log;
        this.connections = connections;
        this.fanOut = fanOut;
        this.drain = drain;
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

    private Mono<Void> answer(Exchange exchange, boolean well) {
        return exchange.json(
                well ? 200 : 503,
                json -> json.object().name("state").string(state(log.status())).end());
    }

    private String state(LogStatus status) {
        boolean draining = drain.begun() && status.state() == LogStatus.State.SERVING;
        return draining ? "draining" : word(status.state());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
