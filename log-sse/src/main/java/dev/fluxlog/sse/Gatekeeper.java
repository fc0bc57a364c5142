package dev.fluxlog.sse;

import dev.fluxlog.access.Authority;
import dev.fluxlog.access.Caller;
import dev.fluxlog.access.Unauthenticated;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Recognises who sends a request: by the token of its {@code Authorization} header (RFC 6750, section 2.1), or, where it
 * only reads, by the ticket in its query.
 */
final class Gatekeeper {
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +([A-Za-z0-9._~+/-]+=*)");
    private static final List<String> READS = List.of("GET", "HEAD");

    private final Authority authority;
    private final Tickets tickets;
    private final boolean hides;
    private final Clock clock;
    private final Pass anybody = new Pass(this, Caller.anybody(), "");

    Gatekeeper(GatewayOptions options, Tickets tickets) {
        this.authority = options.authority();
        this.tickets = tickets;
        this.hides = options.hidesForbidden();
        this.clock = options.clock();
    }

    /** Whether what may not be done looks as if the stream did not exist. */
    boolean hides() {
        return hides;
    }

    /** Fails with a refusal when nobody is recognised. */
    Mono<Pass> admit(Exchange exchange) {
        if (!authority.isAsking()) {
            return Mono.just(anybody);
        }
        String given = exchange.header("Authorization");
        if (!given.isEmpty()) {
            Matcher bearer = BEARER.matcher(given);
            return bearer.matches() ? byToken(bearer.group(1)) : Mono.error(Problems.unauthenticated(true));
        }
        boolean reads = READS.contains(exchange.method());
        String ticket = reads ? exchange.query().text(Tickets.PARAMETER) : "";
        return ticket.isEmpty()
                ? Mono.error(Problems.unauthenticated(false))
                : Mono.fromSupplier(() -> new Pass(this, tickets.open(ticket), ""))
                        .onErrorMap(Unauthenticated.class, unknown -> Problems.unauthenticated(true));
    }

    private Mono<Pass> byToken(String token) {
        return authority
                .authenticate(token)
                .map(caller -> new Pass(this, caller, token))
                .onErrorMap(Unauthenticated.class, unknown -> Problems.unauthenticated(true));
    }

    /** @throws Refusal when the time of the caller is over */
    void requireRecent(Caller caller) {
        if (!caller.until().equals(Instant.MAX) && !clock.instant().isBefore(caller.until())) {
            throw Problems.unauthenticated(true);
        }
    }

    /** @see Pass#end */
    Mono<Problem> end(Caller caller, String token, Predicate<Pass> still) {
        if (token.isEmpty() && caller.until().equals(Instant.MAX)) {
            // Most open streams where nobody is asked: what waits for nothing takes memory all the same.
            return Mono.never();
        }
        Mono<Problem> expiry = Mono.defer(() -> timeOf(caller))
                .thenReturn(Problems.unauthenticated(true).problem());
        Flux<Problem> changes =
                token.isEmpty() ? Flux.never() : authority.changes().concatMap(change -> again(token, still));
        return Flux.merge(expiry, changes).next();
    }

    private Mono<Problem> again(String token, Predicate<Pass> still) {
        return byToken(token)
                .filter(still.negate())
                .map(narrowed -> Problems.forbidden("read", "").problem())
                .onErrorResume(Refusal.class, refusal -> Mono.just(refusal.problem()));
    }

    private Mono<Long> timeOf(Caller caller) {
        if (caller.until().equals(Instant.MAX)) {
            return Mono.never();
        }
        Duration left = Duration.between(clock.instant(), caller.until());
        return Mono.delay(left.isNegative() ? Duration.ZERO : left, Schedulers.parallel());
    }
}
