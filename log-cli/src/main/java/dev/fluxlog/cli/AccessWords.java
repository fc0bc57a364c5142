package dev.fluxlog.cli;

import dev.fluxlog.access.Authority;
import dev.fluxlog.access.JsonWebTokens;
import dev.fluxlog.access.JwtOptions;
import dev.fluxlog.access.ServerKeys;
import dev.fluxlog.access.TokenFile;
import dev.fluxlog.sse.GatewayOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What {@code serve} is told about who may do what. */
final class AccessWords {
    @Option(
            names = "--tokens",
            paramLabel = "FILE",
            description = "Asks for a bearer token of this file; a line for one is written by 'fluxlog token'.")
    private @Nullable Path tokens;

    @Option(
            names = "--jwt-keys",
            paramLabel = "URL",
            description = "Asks for a JSON Web Token signed by a key of the set that is there; file: or https:.")
    private @Nullable URI jwtKeys;

    @Option(names = "--jwt-issuer", paramLabel = "ISS", description = "Who has to have issued it.")
    private String jwtIssuer = "";

    @Option(names = "--jwt-audience", paramLabel = "AUD", description = "For whom it has to be; default fluxlog.")
    private String jwtAudience = "fluxlog";

    @Option(names = "--jwt-claim", paramLabel = "NAME", description = "Claim with the grants; default fluxlog.")
    private String jwtClaim = "fluxlog";

    @Option(
            names = "--hide-forbidden",
            description = "Answers 404 instead of 403 where the right to a stream is missing.")
    private boolean hideForbidden;

    @Option(
            names = "--ticket-time",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long a ticket lets in; default 5m.")
    private Duration ticketTime = GatewayOptions.defaults().ticketTime();

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Speaks TLS with this chain of certificates, PEM; read anew when it is replaced.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM in PKCS #8.")
    private @Nullable Path key;

    @Option(
            names = "--cors-origin",
            paramLabel = "ORIGIN",
            description = "Origin whose pages may use the gateway, like https://app.example; may be given often.")
    private List<String> corsOrigins = List.of();

    @Option(names = "--insecure", description = "Listens beyond this machine although nobody is asked for a token.")
    private boolean insecure;

    @Option(names = "--access-log", description = "Writes a line for each answer to standard error.")
    private boolean accessLog;

    /** Opens what knows the tokens. */
    Mono<Authority> authority() {
        List<Mono<Authority>> all = new ArrayList<>();
        if (tokens != null) {
            all.add(TokenFile.open(tokens, Clock.systemUTC()));
        }
        if (jwtKeys != null) {
            all.add(JsonWebTokens.open(
                    JwtOptions.of(jwtKeys, jwtIssuer, jwtAudience).withClaim(jwtClaim)));
        }
        return all.isEmpty()
                ? Mono.just(Authority.anybody())
                : Flux.concat(all).collectList().map(Authority::anyOf);
    }

    /** Opens what a server proves itself by. */
    Mono<ServerKeys> serverKeys() {
        if (certificate != null && key != null) {
            return ServerKeys.open(certificate, key);
        }
        return certificate == null && key == null
                ? Mono.just(ServerKeys.none())
                : Mono.error(new WrongUsage("--tls-cert and --tls-key belong together"));
    }

    GatewayOptions in(GatewayOptions options) {
        return options.withInsecure(insecure)
                .withHidesForbidden(hideForbidden)
                .withTicketTime(ticketTime)
                .withAccessLog(accessLog)
                .withCorsOrigins(Set.copyOf(corsOrigins));
    }
}
