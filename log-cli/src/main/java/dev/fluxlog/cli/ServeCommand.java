package dev.fluxlog.cli;

import dev.fluxlog.Durability;
import dev.fluxlog.EventLog;
import dev.fluxlog.sse.Gateway;
import dev.fluxlog.sse.GatewayOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;

/**
 * Serves a log until it is told to end.
 *
 * <p>The end is a shutdown hook, since a signal and the interrupt key both lead there: the gateway drains, the log
 * closes, each bounded in time, and the process ends with its own exit code instead of that of the signal.
 */
@Command(name = "serve", description = "Serves a log over HTTP and server-sent events.")
final class ServeCommand implements Runnable {
    private static final Duration CLOSE_MAX = Duration.ofSeconds(20);
    private static final Duration DRAIN_MARGIN = Duration.ofSeconds(2);

    private static final long SCRUB_MAX = 1 << 20;

    private final Console console;

    @Option(names = "--data", paramLabel = "DIR", description = "Directory of the log; default ${DEFAULT-VALUE}.")
    private Path data = Path.of("fluxlog-data");

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = ListenAddress.Converter.class,
            description = "Address to listen on; port 0 takes any free one; default ${DEFAULT-VALUE}.")
    private ListenAddress listen = new ListenAddress("127.0.0.1", 4437);

    @Option(
            names = "--durability",
            paramLabel = "LEVEL",
            description = "What an acknowledged append survives: disk (power loss; default) or process (kill -9).")
    private Durability durability = Durability.DISK;

    @Option(names = "--backend", paramLabel = "KIND", description = "chronicle (default), or memory, which forgets.")
    private Backends.Kind backend = Backends.Kind.CHRONICLE;

    @Mixin
    private AccessWords access = new AccessWords();

    @Option(
            names = "--heartbeat",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Silence after which an open stream carries a sign of life; default 15s.")
    private Duration heartbeat = GatewayOptions.defaults().heartbeat();

    @Option(
            names = "--retry",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long a client whose stream has ended waits before it comes back, at least; default 2s.")
    private Duration retry = GatewayOptions.defaults().retry();

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Longest time that answers under way are waited for at the end; default 5s.")
    private Duration drain = GatewayOptions.defaults().drainMax();

    @Option(names = "--connections", paramLabel = "N", description = "Most connections; default ${DEFAULT-VALUE}.")
    private int connections = GatewayOptions.defaults().connectionsMax();

    @Option(
            names = "--connections-per-address",
            paramLabel = "N",
            description = "Most connections from one address; default ${DEFAULT-VALUE}.")
    private int connectionsPerAddress = GatewayOptions.defaults().connectionsPerAddressMax();

    @Option(
            names = "--requests-per-second",
            paramLabel = "N",
            description = "Most requests a second from one caller, or one address; 0 for any rate; default 0.")
    private int requestsPerSecond = GatewayOptions.defaults().requestsPerSecondMax();

    @Option(
            names = "--scrub",
            paramLabel = "RATE",
            description = "MiB/s at which stored data is read again in the background; 0 for never; default 8.")
    private long scrub = 8;

    @Option(
            names = "--take-over",
            description = "Takes the log away from a process that has it open and does not give it up, because it is"
                    + " suspended or hangs; when that one goes on, it is fenced.")
    private boolean takeOver;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        GatewayOptions plain = options();
        // Both end with the process, and have nothing else to close.
        GatewayOptions options = access.authority()
                .map(plain::withAuthority)
                .zipWith(access.serverKeys(), GatewayOptions::withServerKeys)
                .onErrorMap(this::cannotListen)
                .blockOptional()
                .orElseThrow();
        if (scrub < 0 || scrub > SCRUB_MAX) {
            throw new WrongUsage("--scrub is from 0 to " + SCRUB_MAX + " MiB/s");
        }
        EventLog log = open().blockOptional().orElseThrow();
        Gateway gateway;
        try {
            gateway = Gateway.start(log, options)
                    .onErrorMap(this::cannotListen)
                    .blockOptional()
                    .orElseThrow();
        } catch (RuntimeException failure) {
            log.close().timeout(CLOSE_MAX).onErrorComplete().block();
            throw failure;
        }
        String scheme = options.serverKeys().isPresent() ? "https://" : "http://";
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(gateway, log), "fluxlog-drain"));
        Backends.announce(
                backend, data, scheme + ListenAddress.of(gateway.address()).reachable());
        console.line("fluxlog ready on " + scheme + ListenAddress.of(gateway.address()));
        forEver();
    }

    private Mono<EventLog> open() {
        if (!takeOver) {
            return Backends.openToServe(backend, data, durability, scrub);
        }
        if (backend == Backends.Kind.MEMORY) {
            throw new WrongUsage("--take-over is for a log in a directory");
        }
        return Backends.takeOverToServe(data, durability, scrub);
    }

    private GatewayOptions options() {
        try {
            return access.in(GatewayOptions.defaults())
                    .withHost(listen.host())
                    .withPort(listen.port())
                    .withHeartbeat(heartbeat)
                    .withRetry(retry)
                    .withDrainMax(drain)
                    .withConnectionsMax(connections)
                    .withConnectionsPerAddressMax(connectionsPerAddress)
                    .withRequestsPerSecondMax(requestsPerSecond);
        } catch (IllegalArgumentException outOfBounds) {
            throw new WrongUsage(String.valueOf(outOfBounds.getMessage()));
        }
    }

    private Throwable cannotListen(Throwable failure) {
        if (failure instanceof Gateway.Exposed) {
            return new WrongUsage("Anybody who reaches " + listen + " could read and change everything: ask for tokens "
                    + "with --tokens or --jwt-keys, listen on 127.0.0.1, or say --insecure");
        }
        if (failure instanceof IllegalArgumentException wrong) {
            return new WrongUsage(String.valueOf(wrong.getMessage()));
        }
        if (failure instanceof ChannelBindException) {
            return new Refusal("cannot-listen", "The address " + listen + " is taken or not of this machine");
        }
        return failure;
    }

    private void end(Gateway gateway, EventLog log) {
        int code = Main.DONE;
        try {
            gateway.close()
                    .timeout(drain.plus(DRAIN_MARGIN))
                    .onErrorResume(late -> Mono.fromRunnable(() -> console.notice("some connections were cut")))
                    .then(log.close().timeout(CLOSE_MAX))
                    .block();
        } catch (RuntimeException failure) {
            console.notice("the log did not close in order: "
                    + Exceptions.unwrap(failure).getMessage());
            code = Main.REFUSED;
        }
        Runtime.getRuntime().halt(code);
    }

    private static void forEver() {
        boolean interrupted = false;
        while (!interrupted) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException asked) {
                interrupted = true;
            }
        }
    }
}
