package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.StreamsQuery;
import dev.fluxlog.spec.Proves;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a request is told as a problem of its own, says nothing about the inside, and changes nothing. */
@Proves("SUB-26")
class BadInputTest extends Served {
    private static final String JSON = "application/json";
    private static final String EVENTS = "application/vnd.fluxlog.events+json";
    private static final String PATCH = "application/merge-patch+json";
    private static final String SSE = "Accept: text/event-stream";

    @Override
    GatewayOptions options() {
        return super.options().withBodyBytesMax(100_000);
    }

    /**
     * A request that cannot be served.
     *
     * @param fact what the body has to tell
     */
    record Bad(String head, String contentType, String body, List<String> lines, int status, String type, String fact) {
        Bad(String head, int status, String type, String fact, String... lines) {
            this(head, "", "", List.of(lines), status, type, fact);
        }

        Bad(String head, String contentType, String body, int status, String type, String fact, String... lines) {
            this(head, contentType, body, List.of(lines), status, type, fact);
        }

        @Override
        public String toString() {
            return head.length() > 60
                    ? head.substring(0, 60) + "..."
                    : head + " " + body.lines().findFirst().orElse("") + lines;
        }
    }

    static Stream<Bad> requests() {
        return Stream.of(bodies(), names(), reads(), resumes(), expectations(), methods(), changes())
                .flatMap(List::stream);
    }

    private static List<Bad> bodies() {
        return List.of(
                new Bad("POST /streams/a", JSON, "{\"a\":\n  tru}", 400, "invalid-request", "line 2, column"),
                new Bad("POST /streams/a", JSON, "", 400, "invalid-request", "not JSON"),
                new Bad("POST /streams/a", JSON, "1 2", 400, "invalid-request", "not JSON"),
                new Bad("POST /streams/a", JSON, "\uFEFF1", 400, "invalid-request", "not JSON"),
                new Bad("POST /streams/a", JSON, "[".repeat(600), 400, "invalid-request", "not JSON"),
                new Bad("POST /streams/a", JSON, "{\"a\":1,}", 400, "invalid-request", "not JSON"),
                new Bad("POST /streams/a", JSON, "{\"a\":\"\u0001\"}", 400, "invalid-request", "not JSON"),
                new Bad("POST /streams/a", "application/x-ndjson", "1\n{\n", 400, "invalid-request", "\"line\":2"),
                new Bad(
                        "POST /streams/a",
                        "application/x-ndjson",
                        "\n\n",
                        400,
                        "invalid-request",
                        "at least one event"),
                new Bad("POST /streams/a", EVENTS, "{}", 400, "invalid-request", "a JSON array"),
                new Bad("POST /streams/a", EVENTS, "[]", 400, "invalid-request", "at least one event"),
                new Bad("POST /streams/a", EVENTS, "[{\"daat\":1}]", 400, "invalid-request", "body[0].daat"),
                new Bad("POST /streams/a", EVENTS, "[{\"type\":7}]", 400, "invalid-request", "body[0].type"),
                new Bad("POST /streams/a", EVENTS, "[{\"data\":1,\"data\":2}]", 400, "invalid-request", "given once"),
                new Bad(
                        "POST /streams/a",
                        EVENTS,
                        "[{\"data\":1,\"dataBase64\":\"\"}]",
                        400,
                        "invalid-request",
                        "not both"),
                new Bad("POST /streams/a", EVENTS, "[{\"dataBase64\":\"!\"}]", 400, "invalid-request", "Base64"),
                new Bad("POST /streams/a", EVENTS, "[{\"type\":\"\\ud800\"}]", 400, "invalid-request", ""),
                new Bad(
                        "POST /streams/a",
                        EVENTS,
                        "[{\"contentType\":\"text/plain\",\"data\":1}]",
                        400,
                        "invalid-request",
                        "text"),
                new Bad(
                        "POST /streams/a",
                        EVENTS,
                        "[" + "{},".repeat(1000) + "{}]",
                        400,
                        "limit-exceeded",
                        "\"allowed\":1000"),
                new Bad("POST /streams/a", "text/plain", "x".repeat(100_001), 413, "too-large", "\"limit\":100000"),
                new Bad(
                        "POST /streams/a",
                        "multipart/form-data; boundary=x",
                        "x",
                        415,
                        "unsupported-media-type",
                        "allowed"),
                new Bad("POST /streams/a", "nonsense", "x", 415, "unsupported-media-type", "allowed"),
                new Bad("POST /streams/a", JSON, "1", 415, "unsupported-media-type", "", "Content-Encoding: gzip"),
                new Bad("POST /streams/a?chunked=true", JSON, "1", 415, "unsupported-media-type", "ndjson"),
                new Bad("POST /transactions", "text/plain", "x", 415, "unsupported-media-type", "application/json"),
                new Bad("POST /transactions", JSON, "{\"appends\":[]}", 400, "invalid-request", "at least one append"),
                new Bad(
                        "POST /transactions",
                        JSON,
                        "{\"appends\":[{\"stream\":\"../b\",\"events\":[]}]}",
                        400,
                        "invalid-name",
                        ""),
                new Bad(
                        "POST /transactions",
                        JSON,
                        "{\"appends\":[{\"stream\":\"b\",\"events\":[]},{\"stream\":\"b\",\"events\":[]}]}",
                        400,
                        "invalid-request",
                        "at most once"));
    }

    private static List<Bad> names() {
        List<String> names = List.of(
                "..",
                "../b",
                "b/../c",
                ".",
                "b//c",
                "",
                "/",
                "%2e%2e%2fb",
                "%2e%2e/b",
                "%252e%252e%252fb",
                "b%00",
                "b%0a",
                "b%0d%0aX:1",
                "b%7f",
                "b%c2%85",
                "$all",
                "%24all",
                "b%5cc",
                "%c0%ae%c0%ae",
                "%ff",
                "%e2%82",
                "%",
                "%4",
                "%zz",
                "x".repeat(256),
                "%C3%A9".repeat(128),
                "%ed%a0%80");
        return names.stream()
                .map(name -> new Bad("PUT /streams/" + name, 400, "invalid-name", "\"field\":\"stream\""))
                .toList();
    }

    private static List<Bad> reads() {
        return List.of(
                new Bad("GET /streams/none", 404, "unknown-stream", "\"stream\":\"none\""),
                new Bad("GET /streams/none?follow=true", 404, "unknown-stream", "\"stream\":\"none\""),
                new Bad("GET /streams/none?wait=1s", 404, "unknown-stream", "\"stream\":\"none\""),
                new Bad("GET /streams/a?limit=0", 400, "limit-exceeded", "\"given\":\"0\""),
                new Bad("GET /streams/a?limit=-1", 400, "limit-exceeded", "\"given\":\"-1\""),
                new Bad("GET /streams/a?limit=1001", 400, "limit-exceeded", "1 to 1000"),
                new Bad("GET /streams/a?limit=ten", 400, "invalid-request", "\"field\":\"limit\""),
                new Bad("GET /streams/a?limit=1&limit=2", 400, "invalid-request", "given once"),
                new Bad("GET /streams?limit=0", 400, "limit-exceeded", "\"field\":\"limit\""),
                new Bad("GET /streams/a?from=0", 400, "invalid-request", "\"field\":\"from\""),
                new Bad("GET /streams/a?from=-1", 400, "invalid-request", "\"field\":\"from\""),
                new Bad("GET /streams/a?from=1e3", 400, "invalid-request", "\"field\":\"from\""),
                new Bad("GET /streams/a?after=99999999999999999999", 400, "invalid-request", "\"field\":\"after\""),
                new Bad("GET /streams/a?since=yesterday", 400, "invalid-request", "RFC 3339"),
                new Bad("GET /streams/a?last=x", 400, "invalid-request", "\"field\":\"last\""),
                new Bad("GET /streams/a?direction=up", 400, "invalid-request", "forward or backward"),
                new Bad("GET /streams/a?gaps=mind", 400, "invalid-request", "skip or fail"),
                new Bad("GET /streams/a?wait=soon", 400, "invalid-request", "\"field\":\"wait\""),
                new Bad("GET /streams/a?wait=2h", 400, "limit-exceeded", "\"field\":\"wait\""),
                new Bad("GET /streams/a?follow=maybe", 400, "invalid-request", "true or false"),
                new Bad("GET /streams/a?type=%zz", 400, "invalid-request", "percent-encoded"),
                new Bad("GET /streams/a", 406, "not-acceptable", "application/x-ndjson", "Accept: image/png"),
                new Bad("GET /streams/a?follow=true", 406, "not-acceptable", "", "Accept: application/json"),
                new Bad(
                        "GET /streams/a?after=4",
                        416,
                        "ahead",
                        "\"requested\":4,\"lowWaterMark\":2,\"highWaterMark\":3"),
                new Bad("GET /streams/a?follow=true&after=4", 416, "ahead", "\"highWaterMark\":3"),
                new Bad(
                        "GET /streams/a?from=1",
                        410,
                        "trimmed",
                        "\"requested\":1,\"lowWaterMark\":2,\"highWaterMark\":3"),
                new Bad("GET /streams/a?follow=true&from=1", 410, "trimmed", "\"lowWaterMark\":2"),
                new Bad("GET /nothing", 404, "not-found", ""),
                new Bad("GET /streamsa", 404, "not-found", ""));
    }

    private static List<Bad> resumes() {
        return List.of(
                new Bad("GET /streams/a", 400, "invalid-request", "Last-Event-ID", SSE, "Last-Event-ID: garbage"),
                new Bad("GET /streams/a", 400, "invalid-request", "Last-Event-ID", SSE, "Last-Event-ID: -1"),
                new Bad("GET /streams/a", 400, "invalid-request", "Last-Event-ID", SSE, "Last-Event-ID: 1.5"),
                new Bad("GET /streams/a?lastEventId=x", 400, "invalid-request", "lastEventId", SSE),
                new Bad("GET /streams/a?view=all", 400, "invalid-request", "event or data", SSE),
                new Bad("GET /streams/none", 404, "unknown-stream", "none", SSE, "Last-Event-ID: 1"));
    }

    private static List<Bad> expectations() {
        return List.of(
                new Bad(
                        "POST /streams/a",
                        JSON,
                        "1",
                        412,
                        "conflict",
                        "\"expected\":7,\"actual\":3",
                        "If-Match: \"7\""),
                new Bad("POST /streams/a", JSON, "1", 400, "invalid-request", "If-Match", "If-Match: 7"),
                new Bad("POST /streams/none", JSON, "1", 412, "conflict", "\"expected\":\"existing\"", "If-Match: *"),
                new Bad("POST /streams/a", JSON, "1", 400, "invalid-request", "If-None-Match", "If-None-Match: \"1\""),
                new Bad(
                        "POST /streams/a",
                        JSON,
                        "1",
                        400,
                        "invalid-request",
                        "Expected-Sequence",
                        "Expected-Sequence: some"),
                new Bad(
                        "POST /streams/a",
                        JSON,
                        "1",
                        400,
                        "invalid-request",
                        "only expectation",
                        "If-Match: \"3\"",
                        "Expected-Sequence: 3"),
                new Bad("POST /streams/a", JSON, "1", 413, "too-large", "1024", "Idempotency-Key: " + "k".repeat(1025)),
                new Bad("POST /streams/sealed", JSON, "1", 409, "stream-sealed", "\"highWaterMark\":1"),
                new Bad("POST /streams/a", JSON, "1", 403, "forbidden", "", "Origin: http://elsewhere.example"));
    }

    private static List<Bad> methods() {
        return List.of(
                new Bad("POST /streams", JSON, "1", 405, "method-not-allowed", "GET"),
                new Bad("POST /healthz", JSON, "1", 405, "method-not-allowed", "HEAD"),
                new Bad("POST /status", JSON, "1", 405, "method-not-allowed", "HEAD"),
                new Bad("DELETE /", 405, "method-not-allowed", "HEAD"),
                new Bad("GET /transactions", 405, "method-not-allowed", "POST"));
    }

    private static List<Bad> changes() {
        return List.of(
                new Bad("PATCH /streams/a", JSON, "{}", 415, "unsupported-media-type", "merge-patch"),
                new Bad("PATCH /streams/none", PATCH, "{}", 404, "unknown-stream", "none"),
                new Bad("PATCH /streams/a", PATCH, "{\"lowWaterMark\":0}", 400, "invalid-request", "at least 1"),
                new Bad("PATCH /streams/a", PATCH, "{\"lowWaterMark\":5}", 416, "ahead", "\"highWaterMark\":3"),
                new Bad("PATCH /streams/a", PATCH, "{\"colour\":1}", 400, "invalid-request", "body.colour"),
                new Bad(
                        "PATCH /streams/a",
                        PATCH,
                        "{\"sealed\":true}",
                        412,
                        "conflict",
                        "\"actual\":3",
                        "If-Match: \"2\""),
                new Bad("PATCH /streams/sealed", PATCH, "{\"sealed\":false}", 409, "stream-sealed", "sealed"),
                new Bad(
                        "PUT /streams/b",
                        JSON,
                        "{\"retention\":{\"maxAge\":\"soon\"}}",
                        400,
                        "invalid-request",
                        "retention.maxAge"),
                new Bad(
                        "PUT /streams/b",
                        JSON,
                        "{\"retention\":{\"maxEvents\":0}}",
                        400,
                        "invalid-request",
                        "at least 1"),
                new Bad("PUT /streams/b", JSON, "{\"limits\":{}}", 501, "unsupported", ""),
                new Bad(
                        "PUT /streams/a",
                        JSON,
                        "{\"contentType\":\"text/plain\"}",
                        409,
                        "settings-conflict",
                        "\"stream\":\"a\""),
                new Bad("DELETE /streams/none", 404, "unknown-stream", "none"),
                new Bad("DELETE /streams/a", 412, "conflict", "\"actual\":3", "If-Match: \"2\""));
    }

    @BeforeEach
    void fill() {
        append("a", "1", "2", "3");
        now(stream("a").trim(1));
        append("sealed", "1");
        now(stream("sealed").seal());
    }

    @ParameterizedTest
    @MethodSource("requests")
    @Proves({"SUB-4", "SEC-4"})
    void isAProblemWithItsFactsAndHasNoEffect(Bad bad) throws Exception {
        List<?> before = now(log.streams(StreamsQuery.all()).collectList());

        Answer answer = bad.contentType().isEmpty()
                ? ask(bad.head(), bad.lines().toArray(String[]::new))
                : send(bad.head(), bad.contentType(), bad.body(), bad.lines().toArray(String[]::new));

        assertThat(answer.status()).as(answer.body()).isEqualTo(bad.status());
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("Request-Id")).isNotEmpty();
        if (!bad.type().isEmpty()) {
            assertThat(answer.body()).contains("\"type\":\"/problems/" + bad.type() + "\"");
            assertThat(answer.body()).contains("\"status\":" + bad.status()).contains("\"instance\":\"/requests/");
            assertThat(answer.body()).contains(bad.fact());
            assertThat(Json.isValue(answer.body().getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
        }
        if (bad.status() == 405) {
            assertThat(answer.header("Allow")).contains(bad.fact());
        }
        assertThat(answer.body())
                .doesNotContain("Exception", "dev.fluxlog", "tools.jackson", ".java", "\\u0000\u0000")
                .doesNotContain(InetAddress.getLocalHost().getHostName() + ":")
                .doesNotContain(System.getProperty("user.dir"));
        assertThat(now(log.streams(StreamsQuery.all()).collectList())).isEqualTo(before);
    }
}
