package dev.fluxlog.sse;

import dev.fluxlog.access.Right;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Picks what answers a request, and answers what nothing else does. */
final class Routes {
    private static final String STREAMS = "/streams";
    private static final List<String> READ = List.of("GET", "HEAD");
    private static final List<String> SENT = List.of("POST");
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Logger ACCESSES = LoggerFactory.getLogger("dev.fluxlog.access-log");
    private static final List<String> ALL = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    static final Set<String> KNOWN = Set.of(
            STREAMS,
            "/events",
            "/transactions",
            "/tickets",
            "/healthz",
            "/readyz",
            "/status",
            "/metrics",
            "/openapi.yaml",
            "/asyncapi.yaml",
            "/");

    /** What tells nothing about any stream. */
    private static final Set<String> FREE = Set.of("/healthz", "/readyz");

    private final GatewayOptions options;
    private final Drain drain;
    private final Cors cors;
    private final Gatekeeper gatekeeper;
    private final Rates rates;
    private final Meters meters;
    private final TicketRoute tickets;
    private final AppendRoute appends;
    private final PageRoute pages;
    private final LiveRoute live;
    private final ManyRoute many;
    private final StreamRoute streams;
    private final StatusRoute status;
    private final Console console;
    private final DurableRoute durable;

    Routes(
            GatewayOptions options,
            Drain drain,
            Gatekeeper gatekeeper,
            Meters meters,
            TicketRoute tickets,
            AppendRoute appends,
            PageRoute pages,
            LiveRoute live,
            ManyRoute many,
            StreamRoute streams,
            StatusRoute status,
            Console console,
            DurableRoute durable) {
        this.options = options;
        this.drain = drain;
        this.cors = new Cors(options.corsOrigins());
        this.gatekeeper = gatekeeper;
        this.rates = new Rates(options.requestsPerSecondMax(), System::nanoTime);
        this.meters = meters;
        this.tickets = tickets;
        this.appends = appends;
        this.pages = pages;
        this.live = live;
        this.many = many;
        this.streams = streams;
        this.status = status;
        this.console = console;
        this.durable = durable;
    }

    Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        Exchange exchange = new Exchange(request, response, options.clock());
        long begun = System.nanoTime();
        RequestObserver.Observed observed = observed(exchange);
        ConnectionGuard guard = ConnectionGuard.of(exchange.channel());
        guard.begin(exchange.channel());
        Problem refusal = guard.refusal();
        if (drain.begun() || refusal != null) {
            exchange.last();
        }
        return Mono.defer(() -> refusal == null ? answer(exchange, guard.peer()) : turnAway(exchange, refusal))
                .onErrorResume(failure -> failed(exchange, failure))
                .doFinally(end -> {
                    guard.end(exchange.channel());
                    account(exchange, System.nanoTime() - begun);
                    ended(observed, exchange);
                });
    }

    private RequestObserver.Observed observed(Exchange exchange) {
        var request = new RequestObserver.Request(
                exchange.knownMethod(),
                Meters.route(exchange.path()),
                exchange.path(),
                name -> exchange.request().requestHeaders().get(name, ""));
        try {
            return options.observer().begin(request);
        } catch (RuntimeException e) {
            LOG.warn("Whoever observes requests has failed at the begin of {}", exchange.id(), e);
            return (status, problem) -> {};
        }
    }

    private static void ended(RequestObserver.Observed observed, Exchange exchange) {
        try {
            observed.end(exchange.response().status().code(), exchange.problemCode());
        } catch (RuntimeException e) {
            LOG.warn("Whoever observes requests has failed at the end of {}", exchange.id(), e);
        }
    }

    /** Of the address only the path is written down: a query may hold a ticket. */
    private void account(Exchange exchange, long nanos) {
        meters.answered(exchange, exchange.response(), nanos);
        if (options.accessLog()) {
            ACCESSES.info(
                    "{} {} {} {} {} ms {}",
                    exchange.callerName(),
                    exchange.knownMethod(),
                    Problems.shown(exchange.path()),
                    exchange.response().status().code(),
                    nanos / 1_000_000,
                    exchange.id());
        }
    }

    private Mono<Void> answer(Exchange exchange, Peer peer) {
        String path = exchange.path();
        if (exchange.request().uri().length() > options.lineBytesMax()) {
            // HTTP/1.1 has noticed before; in HTTP/2 an address is a header among others.
            throw Problems.addressTooLong(options.lineBytesMax());
        }
        cors.tell(exchange);
        cors.refuseForeignPages(exchange);
        Protocol.require(exchange);
        if (exchange.method().equals("OPTIONS")) {
            rates.require(peer);
            return options(exchange, allowed(path));
        }
        if (FREE.contains(path)) {
            // Whoever watches the server has to get an answer also when others of its address send too much.
            return route(exchange);
        }
        if (console.has(path)) {
            rates.require(peer);
            return route(exchange);
        }
        return gatekeeper
                .admit(exchange)
                .doOnNext(pass -> rates.require(pass.isNamed() ? pass.caller().name() : peer))
                .onErrorMap(Refusal.class, refusal -> unrecognised(refusal, peer))
                .flatMap(pass -> {
                    exchange.admit(pass);
                    return route(exchange);
                });
    }

    /** Whoever tries tokens is held to a rate like anybody else. */
    private Refusal unrecognised(Refusal refusal, Peer peer) {
        if (refusal.problem().status() != 401) {
            return refusal;
        }
        try {
            rates.require(peer);
            return refusal;
        } catch (Refusal tooMany) {
            return tooMany;
        }
    }

    /** Which methods there are, for whoever asks; a browser asks before it lets a page send something. */
    private Mono<Void> options(Exchange exchange, List<String> methods) {
        cors.preflight(exchange, methods);
        return exchange.header("Allow", String.join(", ", methods) + ", OPTIONS")
                .empty(204);
    }

    /** Whether it is the whole path of something that every gateway has. */
    static boolean isKnown(String path) {
        return KNOWN.contains(path);
    }

    private List<String> allowed(String path) {
        if (path.startsWith(STREAMS + "/")) {
            return ALL;
        }
        if (path.startsWith(DurableRoute.PREFIX)) {
            return DurableRoute.METHODS;
        }
        if (console.has(path)) {
            return READ;
        }
        return switch (path) {
            case "/transactions", "/tickets" -> SENT;
            case "/events" -> List.of("GET");
            case STREAMS, "/healthz", "/readyz", "/status", "/metrics" -> READ;
            default -> throw Problems.notFound();
        };
    }

    private Mono<Void> route(Exchange exchange) {
        String path = exchange.path();
        if (path.startsWith(STREAMS + "/")) {
            return stream(exchange, Names.stream(path.substring(STREAMS.length() + 1)));
        }
        if (path.startsWith(DurableRoute.PREFIX)) {
            return durable.handle(exchange);
        }
        only(exchange, allowed(path));
        switch (path) {
            case STREAMS:
                return streams.list(exchange);
            case "/events":
                return followMany(exchange);
            case "/tickets":
                return tickets.sell(exchange);
            case "/transactions":
                return appends.transaction(exchange);
            case "/healthz":
                return status.health(exchange);
            case "/readyz":
                return status.readiness(exchange);
            case "/metrics":
                exchange.pass().require(Right.READ, Pass.STATUS);
                return status.metrics(exchange);
            case "/status":
                exchange.pass().require(Right.READ, Pass.STATUS);
                return status.status(exchange);
            default:
                return console.send(exchange, path);
        }
    }

    private Mono<Void> stream(Exchange exchange, String name) {
        only(exchange, ALL);
        exchange.pass().require(right(exchange.method()), name);
        return switch (exchange.method()) {
            case "GET" -> read(exchange, name);
            case "HEAD" -> streams.head(exchange, name);
            case "POST" -> appends.append(exchange, name);
            case "PUT" -> streams.create(exchange, name);
            case "PATCH" -> streams.change(exchange, name);
            case "DELETE" -> streams.delete(exchange, name);
            default -> throw Problems.method(ALL);
        };
    }

    /** The right that a request with a stream as its target takes. */
    static Right right(String method) {
        return switch (method) {
            case "GET", "HEAD" -> Right.READ;
            case "POST", "PUT" -> Right.APPEND;
            default -> Right.ADMIN;
        };
    }

    private Mono<Void> read(Exchange exchange, String name) {
        boolean follow = exchange.query().flag("follow");
        List<String> offered = follow
                ? List.of(Media.NDJSON)
                : List.of(Media.JSON, Media.NDJSON, Media.EVENT_STREAM, CloudEvents.BATCH);
        String chosen = Media.choose(exchange.list(HttpHeaderNames.ACCEPT.toString()), offered)
                .orElseThrow(() -> Problems.notAcceptable(offered));
        if (chosen.equals(Media.EVENT_STREAM)) {
            return live.events(exchange, name);
        }
        return follow ? live.lines(exchange, name) : pages.read(exchange, name, chosen);
    }

    private Mono<Void> followMany(Exchange exchange) {
        List<String> offered =
                exchange.query().flag("follow") ? List.of(Media.NDJSON) : List.of(Media.EVENT_STREAM, Media.NDJSON);
        String chosen = Media.choose(exchange.list(HttpHeaderNames.ACCEPT.toString()), offered)
                .orElseThrow(() -> Problems.notAcceptable(offered));
        return chosen.equals(Media.EVENT_STREAM) ? many.events(exchange) : many.lines(exchange);
    }

    /** Above a bound of connections or requests nothing is done; an event stream is told to come back. */
    private Mono<Void> turnAway(Exchange exchange, Problem problem) {
        if (wantsEventStream(exchange)) {
            exchange.tells(problem);
            exchange.header("Cache-Control", "no-store, no-transform").header("X-Accel-Buffering", "no");
            return exchange.body(
                    200,
                    Media.EVENT_STREAM,
                    out -> new SseFrames(SseFrames.View.EVENT, Numbering.SEQUENCE, exchange.instance())
                            .failed(out, problem, retryMillis(problem)));
        }
        return exchange.problem(problem);
    }

    private Mono<Void> failed(Exchange exchange, Throwable failure) {
        Problem problem = Problems.of(failure);
        if (problem.status() == 429) {
            return turnAway(exchange, problem);
        }
        boolean bodyIsLeft = problem.status() == 413 || problem.status() == 408;
        return bodyIsLeft && !exchange.response().hasSentHeaders()
                ? exchange.last().failed(failure).then(Bodies.passOver(exchange.request()))
                : exchange.failed(failure);
    }

    private static boolean wantsEventStream(Exchange exchange) {
        return Media.choose(exchange.list(HttpHeaderNames.ACCEPT.toString()), List.of(Media.JSON, Media.EVENT_STREAM))
                .filter(Media.EVENT_STREAM::equals)
                .isPresent();
    }

    private long retryMillis(Problem problem) {
        long told = Long.parseLong(problem.headers().getOrDefault("Retry-After", "0")) * 1_000;
        long retry = Math.max(told, options.retry().toMillis());
        return retry + ThreadLocalRandom.current().nextLong(retry + 1);
    }

    private static void only(Exchange exchange, List<String> allowed) {
        if (!allowed.contains(exchange.method())) {
            throw Problems.method(allowed);
        }
    }
}
