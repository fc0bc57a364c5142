package dev.fluxlog.sse;

import dev.fluxlog.access.Caller;
import dev.fluxlog.access.Grant;
import dev.fluxlog.access.Right;
import dev.fluxlog.access.Scope;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** {@code POST /tickets}: a ticket for all that the caller may read, or for the scopes that the body names. */
final class TicketRoute {
    private static final int SCOPES_MAX = 32;

    private final Tickets tickets;
    private final Bodies bodies;

    TicketRoute(Tickets tickets, Bodies bodies) {
        this.tickets = tickets;
        this.bodies = bodies;
    }

    Mono<Void> sell(Exchange exchange) {
        Caller buyer = exchange.pass().caller();
        return bodies.read(exchange).flatMap(body -> {
            Set<Scope> scopes = body.length == 0 ? readable(buyer) : wanted(body);
            for (Scope scope : scopes) {
                if (!buyer.mayAll(Right.READ, scope)) {
                    throw Problems.forbidden(Right.READ.word(), scope.toString());
                }
            }
            if (scopes.isEmpty()) {
                throw Problems.forbidden(Right.READ.word(), "any");
            }
            Tickets.Ticket ticket = tickets.sell(buyer, scopes);
            return exchange.json(
                    201,
                    json -> json.object()
                            .name("ticket")
                            .string(ticket.text())
                            .name("until")
                            .string(ticket.until().toString())
                            .end());
        });
    }

    private static Set<Scope> readable(Caller caller) {
        return caller.grants().stream()
                .filter(grant -> grant.right() == Right.READ)
                .map(Grant::scope)
                .collect(Collectors.toSet());
    }

    private static Set<Scope> wanted(byte[] body) {
        return Json.read("body", body, json -> {
            Set<Scope> scopes = new LinkedHashSet<>();
            json.object(name -> {
                if (!name.equals("streams")) {
                    throw json.unknownField(name, "streams");
                }
                json.array(i -> {
                    if (i >= SCOPES_MAX) {
                        throw Problems.limit("streams", Integer.toString(i + 1), "at most " + SCOPES_MAX);
                    }
                    scopes.add(scope(json, json.string()));
                });
            });
            if (scopes.isEmpty()) {
                throw json.wrong("", "with at least one scope in streams");
            }
            return scopes;
        });
    }

    private static Scope scope(Json json, String written) {
        try {
            return Scope.of(written);
        } catch (IllegalArgumentException none) {
            throw json.wrong(written, "a name, or what names begin with and a star");
        }
    }
}
