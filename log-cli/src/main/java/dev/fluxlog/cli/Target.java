package dev.fluxlog.cli;

import dev.fluxlog.Durability;
import dev.fluxlog.LogException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

/** Which log a command works with: one behind a gateway, or a directory. */
final class Target {
    static final String DEFAULT_URL = "http://127.0.0.1:4437";

    private static final Duration CLOSE_MAX = Duration.ofSeconds(30);

    private final Console console;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Gateway to talk to; default is FLUXLOG_URL, else " + DEFAULT_URL + ".")
    private @Nullable String url;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description =
                    "For a gateway that asks for one; default is FLUXLOG_TOKEN, which no list of processes shows.")
    private @Nullable String token;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The log in this directory, opened here or reached through the process that has it open.")
    private @Nullable Path data;

    @Option(
            names = "--durability",
            paramLabel = "LEVEL",
            description = "With --data: what an append survives, disk (default) or process.")
    private Durability durability = Durability.DISK;

    /** Whether a directory that holds no log yet is made into one. */
    enum Missing {
        CREATE,
        REFUSE
    }

    Target(Console console) {
        this.console = console;
    }

    /** Opens the log, does the work, closes the log. */
    void use(Missing missing, Function<LogAccess, Mono<Void>> work) {
        use(missing, directory -> Backends.open(directory, durability).map(LocalAccess::new), work);
    }

    /** The same, with a log of this process whose events get their times from the clock. */
    void use(Missing missing, SettableClock clock, Function<LogAccess, Mono<Void>> work) {
        use(missing, directory -> Backends.openToImport(directory, clock).map(log -> new LocalAccess(log, true)), work);
    }

    private void use(Missing missing, Function<Path, Mono<LocalAccess>> opener, Function<LogAccess, Mono<Void>> work) {
        Mono.usingWhen(
                        Mono.defer(() -> open(missing, opener)),
                        work,
                        access -> access.close().timeout(CLOSE_MAX))
                .block();
    }

    private Mono<LogAccess> open(Missing missing, Function<Path, Mono<LocalAccess>> opener) {
        if (data == null) {
            return Mono.just(remote(checked(url)));
        }
        if (url != null) {
            throw new WrongUsage("--url and --data exclude each other");
        }
        if (missing == Missing.REFUSE && !Files.exists(data)) {
            throw new Refusal("unknown-log", "There is no log in " + data);
        }
        Path directory = data;
        return opener.apply(directory)
                .cast(LogAccess.class)
                .onErrorResume(LogException.Busy.class, busy -> throughOwner(directory, busy));
    }

    /** The process that has the directory open does the work, if it says where it answers. */
    private Mono<LogAccess> throughOwner(Path directory, LogException.Busy busy) {
        return Mono.defer(() -> Mono.justOrEmpty(Backends.endpoint(directory)))
                .map(this::remote)
                .switchIfEmpty(Mono.error(busy));
    }

    private LogAccess remote(String address) {
        return new RemoteAccess(
                address, token == null ? console.environment().getOrDefault("FLUXLOG_TOKEN", "") : token);
    }

    private String checked(@Nullable String given) {
        String address = given == null ? console.environment().getOrDefault("FLUXLOG_URL", DEFAULT_URL) : given;
        try {
            URI uri = new URI(address);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
                return address;
            }
        } catch (URISyntaxException notAnAddress) {
            // Told below, like every other address that is none.
        }
        throw new WrongUsage(
                "'" + Printable.of(address) + "' is no address of a gateway, which is like " + DEFAULT_URL);
    }
}
