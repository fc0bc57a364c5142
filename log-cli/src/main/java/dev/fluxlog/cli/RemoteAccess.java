package dev.fluxlog.cli;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Retention;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamName;
import dev.fluxlog.StreamSettings;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/** A log behind a gateway, spoken to over HTTP. */
final class RemoteAccess implements LogAccess {
    private static final String EVENTS = "application/vnd.fluxlog.events+json";
    private static final int PAGE_EVENTS = 1_000;
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    /** Three heartbeats of the default: after such a silence the peer is taken for gone. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(45);

    private final ConnectionProvider connections = ConnectionProvider.create("fluxlog", 2);
    private final HttpClient client;

    /**
     * @param url of the gateway, with or without a slash at its end
     * @param token for the {@code Authorization} header, empty for none
     */
    RemoteAccess(String url, String token) {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        client = HttpClient.create(connections)
                .baseUrl(base)
                .disableRetry(true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_MAX.toMillis())
                .headers(headers -> {
                    headers.set("Fluxlog-Protocol", "1");
                    if (!token.isEmpty()) {
                        headers.set("Authorization", "Bearer " + token);
                    }
                });
    }

    @Override
    public Mono<AppendResult> append(String stream, List<NewEvent> events, AppendOptions options) {
        HttpClient request = client.headers(headers -> {
            headers.set("Content-Type", EVENTS);
            if (!(options.expected() instanceof ExpectedSequence.Any)) {
                headers.set("Expected-Sequence", options.expected().toString());
            }
            if (!options.idempotencyKey().isEmpty()) {
                headers.set("Idempotency-Key", options.idempotencyKey());
            }
        });
        return exchange(request, HttpMethod.POST, path(stream), EventJson.batch(events))
                .map(answer -> EventJson.object(answer.body()))
                .map(facts -> new AppendResult(
                        stream,
                        (Long) facts.getOrDefault("first", 0L),
                        (Long) facts.getOrDefault("last", 0L),
                        (Long) facts.getOrDefault("position", 0L),
                        Boolean.TRUE.equals(facts.get("replayed"))));
    }

    /** Page by page up to the high-water mark at the start, so that a busy stream does not keep the reader for ever. */
    @Override
    public Flux<EventLine> read(String stream, ReadOptions options) {
        return info(stream).flatMapMany(info -> {
            PageWalk walk = new PageWalk(options, info);
            return Flux.defer(() -> walk.goesOn() ? page(stream, walk) : Mono.empty())
                    .repeat(walk::goesOn)
                    .concatMapIterable(lines -> lines);
        });
    }

    @Override
    public Flux<Event> events(String stream, ReadOptions options) {
        return read(stream, options).map(line -> EventJson.event(stream, line.json()));
    }

    @Override
    public boolean keepsTime() {
        return false;
    }

    @Override
    public Mono<Void> create(String stream, String contentType) {
        HttpClient request = client.headers(headers -> headers.set("Content-Type", "application/json"));
        String settings = contentType.isEmpty() ? "{}" : EventJson.text(Map.of("contentType", contentType));
        return exchange(request, HttpMethod.PUT, path(stream), settings.getBytes(StandardCharsets.UTF_8))
                .then();
    }

    private Mono<List<EventLine>> page(String stream, PageWalk walk) {
        HttpClient request = client.headers(headers -> headers.set("Accept", "application/x-ndjson"));
        return exchange(request, HttpMethod.GET, path(stream) + walk.query(PAGE_EVENTS), new byte[0])
                .map(answer -> walk.take(lines(answer.body())));
    }

    private static List<EventLine> lines(String body) {
        List<EventLine> lines = new ArrayList<>();
        for (String line : body.split("\n")) {
            if (!line.isBlank()) {
                lines.add(eventLine(line));
            }
        }
        return lines;
    }

    @Override
    public Flux<FollowSignal> follow(String stream, From from) {
        return follow(path(stream) + "?", from, frame -> told(frame, stream, "sequence", "highWaterMark"));
    }

    @Override
    public Flux<FollowSignal> follow(Selection selection, From from) {
        StringBuilder query = new StringBuilder("/events?prefix=").append(encoded(selection.prefix(), "/"));
        selection.streams().forEach(name -> query.append("&stream=").append(encoded(name, "/")));
        selection.types().forEach(type -> query.append("&type=").append(encoded(type, "")));
        return follow(query + "&", from, frame -> told(frame, "", "position", "position"));
    }

    private Flux<FollowSignal> follow(String path, From from, Function<SseFrame, Mono<FollowSignal>> told) {
        boolean resumes = from instanceof From.After;
        HttpClient request = client.responseTimeout(SILENCE_MAX).headers(headers -> {
            headers.set("Accept", "text/event-stream");
            if (from instanceof From.After after) {
                headers.set("Last-Event-ID", after.sequence());
            }
        });
        String query = resumes ? "" : from instanceof From.Tail ? "from=tail" : "from=start";
        return Flux.defer(() -> {
                    SseParser parser = new SseParser();
                    return request.get().uri(path + query).response((response, content) -> {
                        int status = response.status().code();
                        if (status == 204) {
                            return Flux.just((FollowSignal) new FollowSignal.Sealed());
                        }
                        if (status != 200) {
                            return AnswerBody.text(response, content)
                                    .flatMapMany(body -> Flux.error(refusal(status, body)));
                        }
                        return content.asByteArray()
                                .concatMapIterable(parser::feed)
                                .concatMap(told);
                    });
                })
                .onErrorMap(RemoteAccess::connectionFailure);
    }

    /**
     * @param stream the one that is followed, empty for many
     * @param number what an event is resumed after
     * @param highest how the highest such number is called
     */
    private static Mono<FollowSignal> told(SseFrame frame, String stream, String number, String highest) {
        String data = frame.data();
        return switch (frame.event()) {
            case "" -> Mono.just(new EventLine(EventJson.number(data, number), data));
            case "caught-up" -> Mono.just(new FollowSignal.CaughtUp(EventJson.number(data, number)));
            case "gap" ->
                Mono.just(new FollowSignal.Gap(
                        stream.isEmpty() ? String.valueOf(EventJson.object(data).get("stream")) : stream,
                        EventJson.number(data, "from"),
                        EventJson.number(data, "through")));
            case "ahead" ->
                Mono.just(new FollowSignal.Ahead(EventJson.number(data, "requested"), EventJson.number(data, highest)));
            case "sealed" -> Mono.just(new FollowSignal.Sealed());
            case "error" -> Mono.error(refusal(0, data));
            default -> Mono.empty();
        };
    }

    private static EventLine eventLine(String json) {
        return new EventLine(EventJson.number(json, "sequence"), json);
    }

    @Override
    public Flux<StreamInfo> streams(String prefix) {
        return catalog(prefix, "")
                .expand(page -> page.isEmpty()
                        ? Mono.empty()
                        : catalog(prefix, page.get(page.size() - 1).name()))
                .concatMapIterable(page -> page);
    }

    private Mono<List<StreamInfo>> catalog(String prefix, String after) {
        String query = "?limit=" + PAGE_EVENTS + "&prefix=" + encoded(prefix, "") + "&after=" + encoded(after, "");
        return exchange(client, HttpMethod.GET, "/streams" + query, new byte[0]).map(answer -> {
            List<StreamInfo> page = new ArrayList<>();
            if (EventJson.object(answer.body()).get("streams") instanceof List<?> entries) {
                for (Object entry : entries) {
                    if (entry instanceof Map<?, ?> facts) {
                        page.add(streamInfo(facts));
                    }
                }
            }
            return page;
        });
    }

    private static StreamInfo streamInfo(Map<?, ?> facts) {
        Object contentType = facts.get("contentType");
        return new StreamInfo(
                String.valueOf(facts.get("stream")),
                facts.get("lowWaterMark") instanceof Long low ? low : 1,
                facts.get("highWaterMark") instanceof Long high ? high : 0,
                Boolean.TRUE.equals(facts.get("sealed")),
                new StreamSettings(contentType == null ? "" : contentType.toString(), Retention.keep()));
    }

    @Override
    public Mono<StreamInfo> info(String stream) {
        return exchange(client, HttpMethod.HEAD, path(stream), new byte[0])
                .onErrorMap(
                        Refusal.class,
                        refusal -> refusal.isUnexplained()
                                ? new Refusal("unknown-stream", "There is no stream '" + stream + "'")
                                : refusal)
                .map(answer -> new StreamInfo(
                        stream,
                        answer.mark("Low-Water-Mark"),
                        answer.mark("High-Water-Mark"),
                        "true".equals(answer.headers().get("Stream-Sealed")),
                        StreamSettings.defaults()
                                .withContentType(answer.headers().get("Stream-Content-Type", ""))));
    }

    @Override
    public Mono<Long> trim(String stream, long through) {
        return patch(stream, "{\"lowWaterMark\":" + Math.addExact(through, 1) + "}")
                .then(info(stream))
                .map(StreamInfo::lowWaterMark);
    }

    @Override
    public Mono<Long> seal(String stream) {
        return patch(stream, "{\"sealed\":true}").then(info(stream)).map(StreamInfo::highWaterMark);
    }

    private Mono<Answer> patch(String stream, String merge) {
        HttpClient request = client.headers(headers -> headers.set("Content-Type", "application/merge-patch+json"));
        return exchange(request, HttpMethod.PATCH, path(stream), merge.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Mono<Void> delete(String stream) {
        return exchange(client, HttpMethod.DELETE, path(stream), new byte[0]).then();
    }

    /** How the log behind the gateway is doing, as it tells. */
    Mono<Map<String, Object>> status() {
        return exchange(client, HttpMethod.GET, "/status", new byte[0]).map(answer -> EventJson.object(answer.body()));
    }

    @Override
    public Mono<Void> close() {
        return connections.disposeLater();
    }

    private record Answer(HttpHeaders headers, String body) {
        long mark(String header) {
            String value = headers.get(header);
            if (value == null) {
                throw new Lost("The answer lacks '" + header + "'", null);
            }
            return Long.parseLong(value);
        }
    }

    private static Mono<Answer> exchange(HttpClient client, HttpMethod method, String uri, byte[] body) {
        HttpClient.RequestSender request =
                client.responseTimeout(ANSWER_MAX).request(method).uri(uri);
        HttpClient.ResponseReceiver<?> sent =
                body.length == 0 ? request : request.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)));
        // What comes of a HEAD has the length of what a GET would bring, and no body.
        return sent.response((response, content) -> method.equals(HttpMethod.HEAD)
                        ? answer(response, "")
                        : AnswerBody.text(response, content).flatMap(text -> answer(response, text)))
                .single()
                .onErrorMap(RemoteAccess::connectionFailure);
    }

    private static Mono<Answer> answer(HttpClientResponse response, String text) {
        int status = response.status().code();
        return status / 100 == 2
                ? Mono.just(new Answer(response.responseHeaders(), text))
                : Mono.error(refusal(status, text));
    }

    /** A problem (RFC 9457) as a refusal; anything else by its status alone. */
    private static Refusal refusal(int status, String body) {
        boolean retryable = status == 503 || status == 502 || status == 504 || status == 507 || status == 429;
        if (!body.startsWith("{")) {
            return new Refusal(Refusal.UNEXPLAINED, "The server answered " + status, Map.of(), retryable);
        }
        Map<String, Object> facts = EventJson.object(body);
        String type = String.valueOf(facts.remove("type"));
        Object title = facts.remove("title");
        Object detail = facts.remove("detail");
        facts.remove("instance");
        boolean temporary = retryable || (facts.remove("status") instanceof Long told && told == 503);
        String code = type.substring(type.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return new Refusal(code, String.valueOf(detail == null ? title : detail), facts, temporary);
    }

    private static Throwable connectionFailure(Throwable failure) {
        if (failure instanceof Refusal || failure instanceof Lost) {
            return failure;
        }
        if (failure instanceof ReadTimeoutException || failure instanceof TimeoutException) {
            return new Lost("The server is silent", failure);
        }
        if (failure instanceof UnknownHostException) {
            return new Lost("The host of the server is not known", failure);
        }
        if (failure instanceof ConnectException || failure instanceof ConnectTimeoutException) {
            return new Lost("The server does not answer", failure);
        }
        return failure instanceof IOException ? new Lost("The connection to the server broke", failure) : failure;
    }

    private static String path(String stream) {
        return "/streams/" + encoded(StreamName.check(stream), "/");
    }

    /** Percent-encodes everything but the unreserved characters of RFC 3986 (section 2.3) and those to be kept. */
    static String encoded(String text, String kept) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (plain || "-._~".indexOf(c) >= 0 || kept.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }
        return out.toString();
    }
}
