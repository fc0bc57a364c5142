package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.access.Right;
import dev.fluxlog.spec.Proves;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may do what: right by operation by name. */
@Proves("SEC-2")
class AuthorizationTest extends Served {
    private static final KnownCallers CALLERS = new KnownCallers();
    private static final String JSON = "application/json";
    private static final String PATCH = "application/merge-patch+json";
    private static final List<String> STREAMS = List.of("in/a", "in/b", "out/a");
    private static final String DURABLE = "/v1/stream/";

    static {
        CALLERS.know("reader", "read:in/*");
        CALLERS.know("appender", "append:in/*");
        CALLERS.know("admin", "admin:in/*");
        CALLERS.know("exact", "read,append,admin:in/a");
        CALLERS.know("all", "read,append,admin:*");
        CALLERS.know("scraper", "read:$status");
        CALLERS.know("nothing");
    }

    @Override
    GatewayOptions options() {
        return super.options().withAuthority(CALLERS);
    }

    /** A request with a stream in its path or body, and the right it takes. */
    private record Operation(Right right, String method, String path, String type, String body, String... lines) {
        @Override
        public String toString() {
            return method + " " + path + (lines.length == 0 ? "" : " " + String.join(" ", lines));
        }
    }

    private static List<Operation> operations() {
        String[] sse = {"Accept: text/event-stream"};
        return List.of(
                new Operation(Right.READ, "GET", "/streams/@", "", ""),
                new Operation(Right.READ, "HEAD", "/streams/@", "", ""),
                new Operation(Right.READ, "GET", "/streams/@?last=1", "", ""),
                new Operation(Right.READ, "GET", "/streams/@?from=tail&wait=10ms", "", ""),
                new Operation(Right.READ, "GET", "/streams/@?follow=true", "", "", "Accept: application/x-ndjson"),
                new Operation(Right.READ, "GET", "/streams/@?from=start", "", "", sse),
                new Operation(Right.READ, "GET", "/events?stream=@", "", "", sse),
                new Operation(Right.READ, "GET", "/events?stream=@&from=start", "", "", "Accept: application/x-ndjson"),
                new Operation(Right.APPEND, "POST", "/streams/@", JSON, "1"),
                new Operation(Right.APPEND, "POST", "/streams/@?chunked=true", "application/x-ndjson", "1\n2\n"),
                new Operation(Right.APPEND, "PUT", "/streams/@", "", ""),
                new Operation(
                        Right.APPEND,
                        "POST",
                        "/transactions",
                        JSON,
                        "{\"appends\":[{\"stream\":\"@\",\"events\":[{\"data\":1}]}]}"),
                new Operation(
                        Right.APPEND,
                        "POST",
                        "/transactions",
                        JSON,
                        "{\"appends\":[{\"stream\":\"@\",\"expected\":\"any\",\"events\":[]}]}"),
                new Operation(Right.ADMIN, "PATCH", "/streams/@", PATCH, "{\"lowWaterMark\":2}"),
                new Operation(Right.ADMIN, "PATCH", "/streams/@", PATCH, "{\"sealed\":true}"),
                new Operation(Right.ADMIN, "PATCH", "/streams/@", PATCH, "{\"contentType\":\"text/plain\"}"),
                new Operation(Right.ADMIN, "DELETE", "/streams/@", "", ""),
                new Operation(Right.READ, "GET", DURABLE + "@", "", ""),
                new Operation(Right.READ, "HEAD", DURABLE + "@", "", ""),
                new Operation(Right.READ, "GET", DURABLE + "@?offset=-1&live=sse", "", ""),
                new Operation(Right.READ, "GET", DURABLE + "@?offset=-1&live=long-poll", "", ""),
                new Operation(Right.APPEND, "PUT", DURABLE + "@", JSON, ""),
                new Operation(Right.APPEND, "POST", DURABLE + "@", JSON, "[1]"),
                new Operation(Right.ADMIN, "DELETE", DURABLE + "@", "", ""));
    }

    private static boolean allowed(Right right, String caller, String stream) {
        return switch (caller) {
            case "reader" -> right == Right.READ && stream.startsWith("in/");
            case "appender" -> right == Right.APPEND && stream.startsWith("in/");
            case "admin" -> right == Right.ADMIN && stream.startsWith("in/");
            case "exact" -> stream.equals("in/a");
            case "all" -> true;
            default -> false;
        };
    }

    @BeforeEach
    void fill() {
        STREAMS.forEach(stream -> now(log.stream(stream).append(NewEvent.json("1"))));
        STREAMS.forEach(stream ->
                now(log.stream(stream).configure(StreamSettings.defaults().withContentType(JSON))));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationTakesItsRightOnItsStream(Operation operation) {
        for (String caller : List.of("reader", "appender", "admin", "exact", "all", "nothing", "scraper")) {
            for (String stream : STREAMS) {
                boolean allowed = allowed(operation.right, caller, stream);
                List<StreamInfo> before = now(log.streams(StreamsQuery.all()).collectList());

                Answer answer = send(operation, stream, "Authorization: Bearer " + caller);

                assertThat(answer.status() / 100 == 2)
                        .as(caller + " on " + stream + ": " + answer)
                        .isEqualTo(allowed);
                if (allowed) {
                    STREAMS.forEach(
                            each -> log.stream(each).delete().onErrorComplete().block(PATIENCE));
                    fill();
                } else {
                    assertThat(answer.status()).isEqualTo(403);
                    assertThat(now(log.streams(StreamsQuery.all()).collectList()))
                            .isEqualTo(before);
                }
            }
        }
    }

    /** Lists and tickets are about what may be read and refuse nobody for a name; they have tests of their own. */
    @Test
    void everyOperationThatIsDescribedToTakeARightIsInTheTable() {
        Set<String> described = new TreeSet<>();
        String path = "";
        String method = "";
        for (String line :
                ask("GET /openapi.yaml", "Authorization: Bearer all").body().split("\n")) {
            if (line.matches("  /\\S*:")) {
                path = line.strip().replace(":", "");
            } else if (line.matches("    [a-z]+:")) {
                method = line.strip().replace(":", "").toUpperCase(Locale.ROOT);
            } else if (line.matches("      x-right: (read|append|admin)")) {
                described.add(line.replaceAll(".*: ", "") + " " + method + " " + path);
            }
        }
        described.removeAll(List.of("read GET /streams", "read HEAD /streams", "read POST /tickets"));

        assertThat(operations().stream()
                        .map(each -> each.right.name().toLowerCase(Locale.ROOT) + " " + each.method + " "
                                + each.path.replaceAll("\\?.*", "").replace("@", "{name}")))
                .containsAll(described)
                .allMatch(described::contains);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void nobodyUnknownIsLetIn(Operation operation) {
        for (String line : List.of(
                "X-Nothing: 1",
                "Authorization: Bearer stranger",
                "Authorization: Bearer",
                "Authorization: Basic YWxsOmFsbA==",
                "Authorization: all")) {
            Answer answer = send(operation, "in/a", line);

            assertThat(answer.status()).as(line).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer realm=");
            assertThat(answer.header("WWW-Authenticate").contains("invalid_token"))
                    .isEqualTo(line.startsWith("Auth"));
            assertThat(answer.body()).doesNotContain("stranger", "YWxs");
        }
    }

    private Answer send(Operation operation, String stream, String... more) {
        List<String> lines = new ArrayList<>(List.of(operation.lines));
        lines.addAll(List.of(more));
        if (!operation.type.isEmpty()) {
            lines.add("Content-Type: " + operation.type);
        }
        Wire wire = connect()
                .send(
                        operation.method + " " + operation.path.replace("@", stream),
                        operation.body.replace("@", stream),
                        lines.toArray(String[]::new));
        Answer head = wire.head();
        if (operation.path.contains("chunked") && head.status() == 200) {
            // It answers while it appends.
            wire.rest();
        }
        return head;
    }

    @Test
    void aTransactionTakesTheRightOnEveryStreamBeforeAnythingIsDone() {
        Answer answer = send(
                "POST /transactions",
                JSON,
                "{\"appends\":[{\"stream\":\"in/a\",\"events\":[{\"data\":1}]},{\"stream\":\"out/a\",\"events\":[]}]}",
                "Authorization: Bearer appender");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("\"stream\":\"out/a\"", "\"right\":\"append\"");
        assertThat(now(log.stream("in/a").info()).highWaterMark()).isEqualTo(1);
    }

    @Test
    void endingAStreamTakesTheRightToAdministerInEveryDialect() {
        Answer refused =
                send("POST /v1/stream/in/a", JSON, "", "Stream-Closed: true", "Authorization: Bearer appender");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(now(log.stream("in/a").info()).sealed()).isFalse();
    }

    @Test
    void aForkTakesTheRightToReadItsSource() {
        Answer refused = send(
                "PUT /v1/stream/in/fork",
                JSON,
                "",
                "Stream-Forked-From: /v1/stream/out/a",
                "Authorization: Bearer exact");
        assertThat(refused.status()).isEqualTo(403);
        Answer blind = send(
                "PUT /v1/stream/in/fork",
                JSON,
                "",
                "Stream-Forked-From: /v1/stream/in/a",
                "Authorization: Bearer appender");
        assertThat(blind.status()).isEqualTo(403);
    }

    @Test
    void theCatalogShowsWhatMayBeRead() {
        assertThat(streamsSeenBy("reader", "")).containsExactly("in/a", "in/b");
        assertThat(streamsSeenBy("reader", "?prefix=in/b")).containsExactly("in/b");
        assertThat(streamsSeenBy("reader", "?prefix=out")).isEmpty();
        assertThat(streamsSeenBy("reader", "?limit=1")).containsExactly("in/a");
        assertThat(streamsSeenBy("reader", "?limit=1&after=in/a")).containsExactly("in/b");
        assertThat(streamsSeenBy("exact", "")).containsExactly("in/a");
        assertThat(streamsSeenBy("exact", "?after=in/a")).isEmpty();
        assertThat(streamsSeenBy("appender", "")).isEmpty();
        assertThat(streamsSeenBy("all", "")).containsExactly("in/a", "in/b", "out/a");
    }

    private List<String> streamsSeenBy(String caller, String query) {
        Answer answer = ask("GET /streams" + query, "Authorization: Bearer " + caller);
        assertThat(answer.status()).isEqualTo(200);
        return Stream.of(answer.body().split("\"stream\":\""))
                .skip(1)
                .map(rest -> rest.substring(0, rest.indexOf('"')))
                .toList();
    }

    @Test
    void oneConnectionForManyStreamsShowsWhatMayBeRead() {
        for (String gaps : List.of("fail", "skip")) {
            assertThat(followedBy("reader", gaps)).isEqualTo(List.of("in/a", "in/b"));
            assertThat(followedBy("exact", gaps)).isEqualTo(List.of("in/a"));
        }
        now(log.stream("out/a").trim(1));
        for (String gaps : List.of("fail", "skip")) {
            assertThat(followedBy("reader", gaps)).isEqualTo(List.of("in/a", "in/b"));
        }
        now(log.stream("in/a").trim(1));
        Wire wire = connect().send("GET /events?follow=true&after=0", "", "Authorization: Bearer reader");
        wire.head();
        assertThat(wire.rest())
                .contains("/problems/trimmed", "\"stream\":\"in/a\"")
                .doesNotContain("out/a");
    }

    /** Streams whose events come up to a last one of a stream that everybody of this test may read. */
    private List<String> followedBy(String caller, String gaps) {
        Wire wire =
                connect().send("GET /events?follow=true&after=0&gaps=" + gaps, "", "Authorization: Bearer " + caller);
        assertThat(wire.head().status()).isEqualTo(200);
        append("out/a", "2");
        append("in/a", "\"last of " + caller + gaps + "\"");
        return Stream.of(wire.until("last of " + caller + gaps).split("\n"))
                .filter(line -> line.contains("\"stream\":\""))
                .filter(line -> line.contains("\"data\":1"))
                .map(line -> line.substring(line.indexOf("\"stream\":\"") + 10))
                .map(rest -> rest.substring(0, rest.indexOf('"')))
                .toList();
    }

    @Test
    void theStateOfTheServerTakesARightOfItsOwn() {
        assertThat(ask("GET /status", "Authorization: Bearer scraper").status()).isEqualTo(200);
        assertThat(ask("GET /status", "Authorization: Bearer all").status()).isEqualTo(403);
        assertThat(ask("GET /status").status()).isEqualTo(401);
    }

    @Test
    void healthAndThePageAreFree() {
        for (String path : List.of("/healthz", "/readyz", "/", "/console.js", "/console.css")) {
            assertThat(ask("GET " + path).status()).as(path).isEqualTo(200);
        }
    }
}
