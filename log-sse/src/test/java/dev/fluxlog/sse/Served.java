package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.memory.MemoryLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** A gateway over a log in memory, and raw connections to it. */
@Timeout(180)
abstract class Served {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<AutoCloseable> opened = new ArrayList<>();
    final EventLog log = now(MemoryLog.open(logOptions()));
    final GatewayOptions options = options();
    final Gateway gateway = now(Gateway.start(log, options));

    LogOptions logOptions() {
        return LogOptions.defaults();
    }

    GatewayOptions options() {
        return GatewayOptions.defaults()
                .withPort(0)
                .withRetry(Duration.ofMillis(700))
                .withDrainMax(Duration.ofSeconds(2));
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable closeable : opened) {
            closeable.close();
        }
        gateway.close().block(PATIENCE);
        log.close().block(PATIENCE);
    }

    @AfterAll
    static void nothingHasLeaked() {
        assertThat(LeakWatch.leaks()).isEmpty();
    }

    EventStream stream(String name) {
        return log.stream(name);
    }

    void append(String stream, String... json) {
        for (String data : json) {
            now(stream(stream).append(NewEvent.json(data)));
        }
    }

    /** A connection that is open until the test ends. */
    Wire connect() {
        Wire wire = new Wire(gateway.address());
        opened.add(wire);
        return wire;
    }

    /** One request on a connection of its own. */
    Answer ask(String head, String... lines) {
        return ask(head, "", lines);
    }

    Answer send(String head, String contentType, String body, String... lines) {
        List<String> all = new ArrayList<>(List.of(lines));
        all.add("Content-Type: " + contentType);
        return ask(head, body, all.toArray(String[]::new));
    }

    private Answer ask(String head, String body, String[] lines) {
        return connect().send(head, body, lines).answer();
    }

    static <T> T now(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(PATIENCE));
    }
}
