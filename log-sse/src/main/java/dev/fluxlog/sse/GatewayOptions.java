package dev.fluxlog.sse;

import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Where a gateway listens, and its bounds: each has a name, a default and an answer when it is reached.
 *
 * @param host address to listen on; {@code 127.0.0.1}; one that is not loopback needs {@code insecure}
 * @param port port to listen on; 4437; 0 takes any free one
 * @param insecure whether to listen beyond loopback although nobody is asked for a credential; false; answer
 *     {@link IllegalArgumentException} at the start
 * @param bodyBytesMax most bytes of a request body, a chunked append excepted; 8 MiB; answer 413
 * @param lineBytesMax most bytes of a request line; 8 KiB; answer 414
 * @param headersBytesMax most bytes of all request headers; 32 KiB; answer 431
 * @param connectionsMax most connections; 20,000; answer 503 with {@code Retry-After}, to an event-stream request
 *     200 with {@code retry:} and the end of the body
 * @param requestMax longest time from the first byte of a request to its last; 30 s; answer 408, or the close when
 *     not even the head is there
 * @param idleMax longest time that a connection may stay without a request; 75 s; answer the close
 * @param stallMax longest time that a peer may take nothing of what waits for it; 60 s; answer the close
 * @param waitMax longest long-poll; 60 s; answer 400
 * @param heartbeat silence after which an open stream carries a sign of life; 15 s
 * @param retry pause that event-stream clients are told to make before they connect again; 2 s
 * @param drainMax longest time that {@link Gateway#close()} waits for answers under way; 5 s; then they are cut
 * @param clock gives answers their {@code Date}
 */
public record GatewayOptions(
        String host,
        int port,
        boolean insecure,
        int bodyBytesMax,
        int lineBytesMax,
        int headersBytesMax,
        int connectionsMax,
        Duration requestMax,
        Duration idleMax,
        Duration stallMax,
        Duration waitMax,
        Duration heartbeat,
        Duration retry,
        Duration drainMax,
        Clock clock) {

    private static final GatewayOptions DEFAULTS = new GatewayOptions(
            "127.0.0.1",
            4437,
            false,
            8 << 20,
            8 << 10,
            32 << 10,
            20_000,
            Duration.ofSeconds(30),
            Duration.ofSeconds(75),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Clock.systemUTC());

    public GatewayOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is 0 to 65535: " + port);
        }
        if (Math.min(Math.min(bodyBytesMax, lineBytesMax), Math.min(headersBytesMax, connectionsMax)) < 1) {
            throw new IllegalArgumentException("every bound is at least 1");
        }
        if (Stream.of(requestMax, idleMax, stallMax, waitMax, heartbeat, retry, drainMax)
                .anyMatch(time -> time.isZero() || time.isNegative())) {
            throw new IllegalArgumentException("every time is positive");
        }
    }

    public static GatewayOptions defaults() {
        return DEFAULTS;
    }

    public GatewayOptions withHost(String value) {
        return new GatewayOptions(
                value,
                port,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                requestMax,
                idleMax,
                stallMax,
                waitMax,
                heartbeat,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withPort(int value) {
        return new GatewayOptions(
                host,
                value,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                requestMax,
                idleMax,
                stallMax,
                waitMax,
                heartbeat,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withInsecure(boolean value) {
        return new GatewayOptions(
                host,
                port,
                value,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                requestMax,
                idleMax,
                stallMax,
                waitMax,
                heartbeat,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withBodyBytesMax(int value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                value,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                requestMax,
                idleMax,
                stallMax,
                waitMax,
                heartbeat,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withLineBytesMax(int value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                bodyBytesMax,
                value,
                headersBytesMax,
                connectionsMax,
                requestMax,
                idleMax,
                stallMax,
                waitMax,
                heartbeat,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withHeadersBytesMax(int value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                value,
                connectionsMax,
                requestMax,
                idleMax,
                stallMax,
                waitMax,
                heartbeat,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withConnectionsMax(int value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                value,
                requestMax,
                idleMax,
                stallMax,
                waitMax,
                heartbeat,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withRequestMax(Duration value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                value,
                idleMax,
                stallMax,
                waitMax,
                heartbeat,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withIdleMax(Duration value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                requestMax,
                value,
                stallMax,
                waitMax,
                heartbeat,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withStallMax(Duration value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                requestMax,
                idleMax,
                value,
                waitMax,
                heartbeat,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withWaitMax(Duration value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                requestMax,
                idleMax,
                stallMax,
                value,
                heartbeat,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withHeartbeat(Duration value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                requestMax,
                idleMax,
                stallMax,
                waitMax,
                value,
                retry,
                drainMax,
                clock);
    }

    public GatewayOptions withRetry(Duration value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                requestMax,
                idleMax,
                stallMax,
                waitMax,
                heartbeat,
                value,
                drainMax,
                clock);
    }

    public GatewayOptions withDrainMax(Duration value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                requestMax,
                idleMax,
                stallMax,
                waitMax,
                heartbeat,
                retry,
                value,
                clock);
    }

    public GatewayOptions withClock(Clock value) {
        return new GatewayOptions(
                host,
                port,
                insecure,
                bodyBytesMax,
                lineBytesMax,
                headersBytesMax,
                connectionsMax,
                requestMax,
                idleMax,
                stallMax,
                waitMax,
                heartbeat,
                retry,
                drainMax,
                value);
    }
}
