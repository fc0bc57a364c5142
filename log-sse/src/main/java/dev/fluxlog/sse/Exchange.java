package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** One request and its answer. Every answer has a request id, which a problem repeats and the server's log knows. */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** One second, as every answer within it has it. */
    private record Dated(long second, String text) {
        private static volatile Dated last = new Dated(Long.MIN_VALUE, "");

        static Dated at(Instant now) {
            Dated known = last;
            if (known.second != now.getEpochSecond()) {
                known = new Dated(now.getEpochSecond(), HTTP_DATE.format(now));
                last = known;
            }
            return known;
        }
    }

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final String id;
    private final String path;
    private final String encodedQuery;
    private final Channel channel;
    private final EventLoop loop;

    // Set once, before a route is asked.
    private @Nullable Pass pass;
    private String problemCode = "";

    /** Called on the event loop of the connection. */
    Exchange(HttpServerRequest request, HttpServerResponse response, Clock clock) {
        this.request = request;
        this.response = response;
        String target = pathAndQuery(request.uri());
        int question = target.indexOf('?');
        this.path = question < 0 ? target : target.substring(0, question);
        this.encodedQuery = question < 0 ? "" : target.substring(question + 1);
        // Asked for now: what stands for a connection that has ended has no loop.
        this.channel = channelOf(response);
        this.loop = channel.eventLoop();
        this.id = Protocol.requestId(request.requestHeaders());
        header(Protocol.REQUEST_ID, id);
        header(Protocol.HEADER, Protocol.VERSION);
        header("Date", Dated.at(clock.instant()).text);
        header("X-Content-Type-Options", "nosniff");
        header("Cache-Control", "no-store");
    }

    /** The connection that carries the exchange. */
    Channel channel() {
        return channel;
    }

    private static Channel channelOf(HttpServerResponse response) {
        Channel[] channel = new Channel[1];
        response.withConnection(connection -> channel[0] = connection.channel());
        return channel[0];
    }

    void admit(Pass recognised) {
        pass = recognised;
    }

    /** What the caller may do. */
    Pass pass() {
        if (pass == null) {
            throw new IllegalStateException("nobody was recognised yet");
        }
        return pass;
    }

    HttpServerRequest request() {
        return request;
    }

    HttpServerResponse response() {
        return response;
    }

    /** The method, if it is one that anybody has heard of. */
    String knownMethod() {
        return METHODS.contains(method()) ? method() : "other";
    }

    String method() {
        return request.method().name();
    }

    /** As it came, still percent-encoded. */
    String path() {
        return path;
    }

    Query query() {
        return new Query(encodedQuery);
    }

    String encodedQuery() {
        return encodedQuery;
    }

    /** A request header, empty when it is missing; given twice it is refused. */
    String header(String name) {
        var values = request.requestHeaders().getAll(name);
        if (values.size() > 1) {
            throw Problems.invalid(name, values.get(1), "given once");
        }
        return values.isEmpty() ? "" : values.get(0).trim();
    }

    /** A request header that may hold any text: its bytes are UTF-8. */
    String text(String name) {
        return utf8(name, header(name));
    }

    static String utf8(String name, String value) {
        String text = Utf8.decode(value.getBytes(StandardCharsets.ISO_8859_1));
        if (text == null) {
            throw Problems.invalid(name, "", "UTF-8");
        }
        return text;
    }

    /** All values of a header that is a list. */
    String list(String name) {
        return String.join(",", request.requestHeaders().getAll(name));
    }

    /** Sets a header of the answer. */
    Exchange header(String name, String value) {
        response.header(name, value);
        return this;
    }

    /** Names a request header that the answer depends on. */
    Exchange vary(String name) {
        response.addHeader(HttpHeaderNames.VARY, name);
        return this;
    }

    /** Directives for caches; what takes a token is for its bearer, and no cache may hand it to others. */
    String cacheable(String directives) {
        return (pass().isNamed() ? "private, " : "public, ") + directives;
    }

    /** This connection ends with the answer. */
    Exchange last() {
        response.keepAlive(false);
        return this;
    }

    Mono<Void> json(int status, Consumer<JsonText> writer) {
        return body(status, Media.JSON, out -> writer.accept(new JsonText(out)));
    }

    Mono<Void> body(int status, String contentType, Consumer<ByteBuf> writer) {
        return Mono.defer(() -> {
            ByteBuf out = response.alloc().buffer();
            try {
                writer.accept(out);
            } catch (RuntimeException e) {
                out.release();
                throw e;
            }
            return onLoop(() -> send(status, contentType, out), out::release);
        });
    }

    private Mono<Void> send(int status, String contentType, ByteBuf out) {
        try {
            response.status(status)
                    .header(HttpHeaderNames.CONTENT_TYPE, contentType)
                    .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(out.readableBytes()));
        } catch (RuntimeException e) {
            out.release();
            throw e;
        }
        if (method().equals("HEAD")) {
            out.release();
            return response.send().then();
        }
        return response.sendObject(out).then();
    }

    /** Sends from the event loop of the connection, so that none of it is still under way when the loops have ended. */
    private Mono<Void> onLoop(Supplier<Mono<Void>> send, Runnable otherwise) {
        if (loop.inEventLoop()) {
            return send.get();
        }
        return Mono.create(sink -> {
            try {
                loop.execute(() -> Mono.defer(send).subscribe(nothing -> {}, sink::error, sink::success));
            } catch (RejectedExecutionException ended) {
                otherwise.run();
                sink.success();
            }
        });
    }

    Mono<Void> empty(int status) {
        return Mono.defer(() -> onLoop(() -> response.status(status).send().then(), () -> {}));
    }

    /** The answer tells of this. */
    void tells(Problem problem) {
        problemCode = problem.code();
    }

    Mono<Void> problem(Problem problem) {
        tells(problem);
        problem.headers().forEach(this::header);
        header("Cache-Control", "no-store");
        response.responseHeaders().remove(HttpHeaderNames.ETAG).remove(HttpHeaderNames.CONTENT_ENCODING);
        return body(problem.status(), Media.PROBLEM, out -> problem.writeTo(out, instance()));
    }

    /** What the answer told of, empty when it went well. */
    String problemCode() {
        return problemCode;
    }

    /** For the log of the server: who asked, as far as that is known. */
    String callerName() {
        return pass == null ? "-" : Problems.shown(pass.caller().name());
    }

    String id() {
        return id;
    }

    /** Names this exchange in a problem. */
    String instance() {
        return "/requests/" + id;
    }

    /** What a failure is to the client; what only an operator can mend goes to the log of the server. */
    Problem problemOf(Throwable failure) {
        Problem problem = Problems.of(failure);
        problemCode = problem.code();
        if (problem.status() == 500) {
            LOG.error("Request {} failed", id, failure);
        }
        return problem;
    }

    /** Answers a failure; when the answer has begun the connection can only be cut. */
    Mono<Void> failed(Throwable failure) {
        if (failure instanceof AbortedException) {
            return Mono.empty();
        }
        Problem problem = problemOf(failure);
        return response.hasSentHeaders() ? Mono.error(failure) : problem(problem);
    }

    private static String pathAndQuery(String uri) {
        if (uri.startsWith("/")) {
            return uri;
        }
        int authority = uri.indexOf("://");
        int path = authority < 0 ? -1 : uri.indexOf('/', authority + 3);
        return path < 0 ? "/" : uri.substring(path);
    }
}
