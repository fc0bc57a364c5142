package dev.fluxlog.sse;

import dev.fluxlog.EventLog;
import dev.fluxlog.LogStatus;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.FutureMono;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** Serves one {@link EventLog} over HTTP and server-sent events. */
public final class Gateway {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    /** Small, so that it is the log that waits for a slow reader, and not megabytes in the kernel. */
    private static final int SEND_BUFFER_BYTES = 64 << 10;

    private static final WriteBufferWaterMark WRITE_MARKS = new WriteBufferWaterMark(16 << 10, 32 << 10);

    private final DisposableServer server;
    private final EventLog log;
    private final Meters meters;
    private final Connections connections;
    private final Drain drain;
    private final LoopResources loops;
    private final Mono<Void> close;

    private Gateway(
            DisposableServer server,
            EventLog log,
            Meters meters,
            GatewayOptions options,
            Connections connections,
            Drain drain,
            LoopResources loops,
            Work work) {
        this.server = server;
        this.log = log;
        this.meters = meters;
        this.connections = connections;
        this.drain = drain;
        this.loops = loops;
        this.close = Mono.fromRunnable(drain::begin)
                .then(Mono.defer(() -> FutureMono.from(server.channel().close())))
                .then(Mono.defer(() -> connections.drain(loops.onServer(true), options.drainMax())))
                .then(Mono.defer(() -> loops.disposeLater(Duration.ZERO, options.drainMax())))
                .then(Mono.defer(work::close))
                .doFinally(end -> LOG.info("Gateway has ended"))
                .cache();
    }

    /**
     * Starts to listen.
     *
     * <p><em>Emits</em> the gateway once it accepts connections. <em>Fails with</em> {@link Exposed} for an address
     * beyond loopback without {@link GatewayOptions#authority()} or {@link GatewayOptions#insecure()}, and with what
     * binding fails with. Log and authority stay their caller's: closing the
     * gateway does not close them.
     */
    public static Mono<Gateway> start(EventLog log, GatewayOptions options) {
        return Mono.fromCallable(() -> open(options))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(opening -> start(log, options, opening));
    }

    /** The address could be reached by others, and nobody would be asked for a token. */
    public static final class Exposed extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        Exposed() {
            super("Anybody who reaches this address could read and change everything: ask for tokens with the option "
                    + "'authority', listen on loopback, or set the option 'insecure'");
        }
    }

    /** Connections that are open now. */
    public int connections() {
        return connections.count();
    }

    /** Where it listens, with the port that was taken. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.address();
    }

    /**
     * Ends the gateway in this order: no connection is accepted any more, open streams are told {@code bye} and when to
     * come back, answers under way are finished for at most {@link GatewayOptions#drainMax()}, what is left is cut.
     *
     * <p>Lazy, shared and repeatable.
     */
    public Mono<Void> close() {
        return close;
    }

    /** The event loops, for those who watch how long one is busy. */
    EventLoopGroup loops() {
        return loops.onServer(true);
    }

    LogStatus status() {
        return log.status();
    }

    /** The state of the log, or {@code draining} once the gateway ends. */
    String state() {
        return StatusRoute.state(log.status(), drain);
    }

    Meters meters() {
        return meters;
    }

    /** Requests that stay open until the gateway ends, or until they have something to tell. */
    int waiting() {
        return drain.waiting();
    }

    /** What has to be waited for before the start. */
    private record Opening(
            InetSocketAddress address,
            Tickets tickets,
            @Nullable SslContext encryption) {}

    private static Mono<Gateway> start(EventLog log, GatewayOptions options, Opening opening) {
        Work work = new Work();
        Meters meters = new Meters();
        Drain drain = new Drain();
        Connections connections = new Connections(options);
        Bodies bodies = new Bodies(options, meters);
        LoopResources loops = LoopResources.create("fluxlog-http", LoopResources.DEFAULT_IO_WORKER_COUNT, true);
        FanOut fanOut = new FanOut();
        LiveAnswer live = new LiveAnswer(fanOut, drain, options, meters);
        Routes routes = new Routes(
                options,
                drain,
                new Gatekeeper(options, opening.tickets),
                meters,
                new TicketRoute(opening.tickets, bodies),
                new AppendRoute(log, bodies, work, meters),
                new PageRoute(log, work, drain, options),
                new LiveRoute(log, live),
                new ManyRoute(log, live, options),
                new StreamRoute(log, bodies),
                new StatusRoute(log, connections, fanOut, drain, meters),
                new Console(),
                new DurableRoute(log, bodies, work, live, drain, options));
        return spoken(options, opening)
                .bindAddress(() -> opening.address)
                .runOn(loops)
                .http2Settings(settings -> settings.maxConcurrentStreams(options.requestsPerConnectionMax())
                        .maxHeaderListSize(options.headersBytesMax()))
                .httpRequestDecoder(spec ->
                        spec.maxInitialLineLength(options.lineBytesMax()).maxHeaderSize(options.headersBytesMax()))
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_MARKS)
                .doOnChannelInit((observer, channel, remote) -> connections.accept(channel))
                .handle(routes::handle)
                .bind()
                .map(server -> new Gateway(server, log, meters, options, connections, drain, loops, work))
                .doOnNext(gateway ->
                        LOG.info("Gateway listens on port {}", gateway.address().getPort()))
                .doOnError(failure -> {
                    loops.dispose();
                    work.scheduler().dispose();
                })
                .cast(Gateway.class);
    }

    /** The protocols: HTTP/1.1 and HTTP/2, all in TLS or none of it. */
    private static HttpServer spoken(GatewayOptions options, Opening opening) {
        SslContext encryption = opening.encryption;
        return encryption == null
                ? HttpServer.create().protocol(HttpProtocol.HTTP11, HttpProtocol.H2C)
                : HttpServer.create()
                        .protocol(HttpProtocol.HTTP11, HttpProtocol.H2)
                        .secure(spec -> spec.sslContext(encryption).handshakeTimeout(options.requestMax()));
    }

    private static Opening open(GatewayOptions options) throws IOException {
        SslContext encryption = options.serverKeys().isPresent() ? Encryption.with(options.serverKeys()) : null;
        return new Opening(listener(options), Tickets.create(options), encryption);
    }

    private static InetSocketAddress listener(GatewayOptions options) throws UnknownHostException {
        InetAddress address = InetAddress.getByName(options.host());
        if (!address.isLoopbackAddress() && !options.authority().isAsking() && !options.insecure()) {
            throw new Exposed();
        }
        return new InetSocketAddress(address, options.port());
    }
}
