package dev.fluxlog.sse;

import dev.fluxlog.access.Authority;
import dev.fluxlog.access.ServerKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where a gateway listens, and its bounds: each has a name, a default and an answer when it is reached.
 *
 * @param host address to listen on; {@code 127.0.0.1}; one that is not loopback needs an {@code authority} that asks, or
 *     {@code insecure}
 * @param port port to listen on; 4437; 0 takes any free one
 * @param insecure whether to listen beyond loopback although nobody is asked for a credential; false; answer
 *     {@link IllegalArgumentException} at the start
 * @param authority knows whom a token stands for; anybody may do everything
 * @param hidesForbidden whether a stream that the caller lacks the right for answers as if it did not exist; false;
 *     answer 403, or 404
 * @param ticketTime how long a ticket lets in; 5 min; answer 401
 * @param serverKeys certificate and private key for TLS, which then is all that the port speaks; none
 * @param corsOrigins origins whose pages may use the gateway, {@code *} for all; none; answer 403 to what would change
 *     something, and to the rest no header that shows it to the page
 * @param accessLog whether each answer is written to the logger {@code dev.fluxlog.access-log}; false
 * @param observer is told of each request when it comes and when its answer ends; nobody
 * @param bodyBytesMax most bytes of a request body, a chunked append excepted; 8 MiB; answer 413
 * @param lineBytesMax most bytes of a request line; 8 KiB; answer 414
 * @param headersBytesMax most bytes of all request headers; 32 KiB; answer 431
 * @param connectionsMax most connections; 20,000; answer 503 with {@code Retry-After}, to an event-stream request
 *     200 with {@code retry:} and the end of the body
 * @param connectionsPerAddressMax most connections from one address, of IPv6 from one network of 64 bits; 20,000, which
 *     leaves it to {@code connectionsMax}, since behind a proxy all come from one address; answer like there
 * @param requestsPerSecondMax most requests a second from one caller, or from one address where nobody is recognised; 0,
 *     which is any rate; answer 429 with {@code Retry-After}, to an event-stream request like above
 * @param requestsPerConnectionMax most requests that one HTTP/2 connection may have open; 256; answer REFUSED_STREAM
 * @param selectionStreamsMax most streams that one request may follow by name; 100; answer 400
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
        Authority authority,
        boolean hidesForbidden,
        Duration ticketTime,
        ServerKeys serverKeys,
        Set<String> corsOrigins,
        boolean accessLog,
        RequestObserver observer,
        int bodyBytesMax,
        int lineBytesMax,
        int headersBytesMax,
        int connectionsMax,
        int connectionsPerAddressMax,
        int requestsPerSecondMax,
        int requestsPerConnectionMax,
        int selectionStreamsMax,
        Duration requestMax,
        Duration idleMax,
        Duration stallMax,
        Duration waitMax,
        Duration heartbeat,
        Duration retry,
        Duration drainMax,
        Clock clock) {

    private static final Pattern ORIGIN = Pattern.compile("\\*|https?://[^\\s/?#@*]+");

    private static final GatewayOptions DEFAULTS = new GatewayOptions(
            "127.0.0.1",
            4437,
            false,
            Authority.anybody(),
            false,
            Duration.ofMinutes(5),
            ServerKeys.none(),
            Set.of(),
            false,
            RequestObserver.nobody(),
            8 << 20,
            8 << 10,
            32 << 10,
            20_000,
            20_000,
            0,
            256,
            100,
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
        if (IntStream.of(
                        bodyBytesMax,
                        lineBytesMax,
                        headersBytesMax,
                        connectionsMax,
                        connectionsPerAddressMax,
                        requestsPerConnectionMax,
                        selectionStreamsMax)
                .anyMatch(bound -> bound < 1)) {
            throw new IllegalArgumentException("every bound is at least 1");
        }
        if (requestsPerSecondMax < 0) {
            throw new IllegalArgumentException("requestsPerSecondMax is at least 0: " + requestsPerSecondMax);
        }
        corsOrigins = Set.copyOf(corsOrigins);
        if (!corsOrigins.stream().allMatch(ORIGIN.asMatchPredicate())) {
            throw new IllegalArgumentException("an origin is like https://example.org, or *: " + corsOrigins);
        }
        if (Stream.of(ticketTime, requestMax, idleMax, stallMax, waitMax, heartbeat, retry, drainMax)
                .anyMatch(time -> time.isZero() || time.isNegative())) {
            throw new IllegalArgumentException("every time is positive");
        }
    }

    public static GatewayOptions defaults() {
        return DEFAULTS;
    }

    public GatewayOptions withHost(String value) {
        return with(draft -> draft.host = value);
    }

    public GatewayOptions withPort(int value) {
        return with(draft -> draft.port = value);
    }

    public GatewayOptions withInsecure(boolean value) {
        return with(draft -> draft.insecure = value);
    }

    public GatewayOptions withAuthority(Authority value) {
        return with(draft -> draft.authority = value);
    }

    public GatewayOptions withHidesForbidden(boolean value) {
        return with(draft -> draft.hidesForbidden = value);
    }

    public GatewayOptions withTicketTime(Duration value) {
        return with(draft -> draft.ticketTime = value);
    }

    public GatewayOptions withServerKeys(ServerKeys value) {
        return with(draft -> draft.serverKeys = value);
    }

    public GatewayOptions withCorsOrigins(Set<String> value) {
        return with(draft -> draft.corsOrigins = value);
    }

    public GatewayOptions withAccessLog(boolean value) {
        return with(draft -> draft.accessLog = value);
    }

    public GatewayOptions withObserver(RequestObserver value) {
        return with(draft -> draft.observer = value);
    }

    public GatewayOptions withBodyBytesMax(int value) {
        return with(draft -> draft.bodyBytesMax = value);
    }

    public GatewayOptions withLineBytesMax(int value) {
        return with(draft -> draft.lineBytesMax = value);
    }

    public GatewayOptions withHeadersBytesMax(int value) {
        return with(draft -> draft.headersBytesMax = value);
    }

    public GatewayOptions withConnectionsMax(int value) {
        return with(draft -> draft.connectionsMax = value);
    }

    public GatewayOptions withConnectionsPerAddressMax(int value) {
        return with(draft -> draft.connectionsPerAddressMax = value);
    }

    public GatewayOptions withRequestsPerSecondMax(int value) {
        return with(draft -> draft.requestsPerSecondMax = value);
    }

    public GatewayOptions withRequestsPerConnectionMax(int value) {
        return with(draft -> draft.requestsPerConnectionMax = value);
    }

    public GatewayOptions withSelectionStreamsMax(int value) {
        return with(draft -> draft.selectionStreamsMax = value);
    }

    public GatewayOptions withRequestMax(Duration value) {
        return with(draft -> draft.requestMax = value);
    }

    public GatewayOptions withIdleMax(Duration value) {
        return with(draft -> draft.idleMax = value);
    }

    public GatewayOptions withStallMax(Duration value) {
        return with(draft -> draft.stallMax = value);
    }

    public GatewayOptions withWaitMax(Duration value) {
        return with(draft -> draft.waitMax = value);
    }

    public GatewayOptions withHeartbeat(Duration value) {
        return with(draft -> draft.heartbeat = value);
    }

    public GatewayOptions withRetry(Duration value) {
        return with(draft -> draft.retry = value);
    }

    public GatewayOptions withDrainMax(Duration value) {
        return with(draft -> draft.drainMax = value);
    }

    public GatewayOptions withClock(Clock value) {
        return with(draft -> draft.clock = value);
    }

    private GatewayOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** The components, one of which is about to be another. */
    private static final class Draft {
        private String host;
        private int port;
        private boolean insecure;
        private Authority authority;
        private boolean hidesForbidden;
        private Duration ticketTime;
        private ServerKeys serverKeys;
        private Set<String> corsOrigins;
        private boolean accessLog;
        private RequestObserver observer;
        private int bodyBytesMax;
        private int lineBytesMax;
        private int headersBytesMax;
        private int connectionsMax;
        private int connectionsPerAddressMax;
        private int requestsPerSecondMax;
        private int requestsPerConnectionMax;
        private int selectionStreamsMax;
        private Duration requestMax;
        private Duration idleMax;
        private Duration stallMax;
        private Duration waitMax;
        private Duration heartbeat;
        private Duration retry;
        private Duration drainMax;
        private Clock clock;

        Draft(GatewayOptions options) {
            host = options.host;
            port = options.port;
            insecure = options.insecure;
            authority = options.authority;
            hidesForbidden = options.hidesForbidden;
            ticketTime = options.ticketTime;
            serverKeys = options.serverKeys;
            corsOrigins = options.corsOrigins;
            accessLog = options.accessLog;
            observer = options.observer;
            bodyBytesMax = options.bodyBytesMax;
            lineBytesMax = options.lineBytesMax;
            headersBytesMax = options.headersBytesMax;
            connectionsMax = options.connectionsMax;
            connectionsPerAddressMax = options.connectionsPerAddressMax;
            requestsPerSecondMax = options.requestsPerSecondMax;
            requestsPerConnectionMax = options.requestsPerConnectionMax;
            selectionStreamsMax = options.selectionStreamsMax;
            requestMax = options.requestMax;
            idleMax = options.idleMax;
            stallMax = options.stallMax;
            waitMax = options.waitMax;
            heartbeat = options.heartbeat;
            retry = options.retry;
            drainMax = options.drainMax;
            clock = options.clock;
        }

        GatewayOptions options() {
            return new GatewayOptions(
                    host,
                    port,
                    insecure,
                    authority,
                    hidesForbidden,
                    ticketTime,
                    serverKeys,
                    corsOrigins,
                    accessLog,
                    observer,
                    bodyBytesMax,
                    lineBytesMax,
                    headersBytesMax,
                    connectionsMax,
                    connectionsPerAddressMax,
                    requestsPerSecondMax,
                    requestsPerConnectionMax,
                    selectionStreamsMax,
                    requestMax,
                    idleMax,
                    stallMax,
                    waitMax,
                    heartbeat,
                    retry,
                    drainMax,
                    clock);
        }
    }
}
