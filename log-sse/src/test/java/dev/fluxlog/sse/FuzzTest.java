package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Requests that nobody would send. None is answered with a 500 or not at all, none tells of the machine, and afterwards
 * everything works and nothing has leaked.
 *
 * <p>A run is repeated with {@code -Dfluxlog.test.seed=}, and made longer with {@code -Dfluxlog.fuzz.requests=}, as
 * {@code reliability/fuzz} does.
 */
@Timeout(7_200)
class FuzzTest extends Served {
    private static final int REQUESTS = Integer.getInteger("fluxlog.fuzz.requests", 5_000);
    private static final int PER_CONNECTION = 50;

    /** Requests that load and compile classes first, which takes an event loop longer than anything it does later. */
    private static final int WARM_UP = 2_000;

    /** Most processor time that an event loop may use between two turns of a task. */
    private static final Duration STALL_MAX = Duration.ofMillis(50);

    /**
     * How often the requests of a connection are sent again at which an event loop used more. What a machine that is shared
     * takes away in the middle of a turn is counted as used; what the requests need is needed each time.
     */
    private static final int AGAIN = 20;

    private static final int SUSPECTS_MAX = 100;

    private static final String[] METHODS = {
        "GET", "GET", "GET", "POST", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW", "get", "TRACE"
    };
    private static final String[] PATHS = {
        "/streams",
        "/streams/a",
        "/streams/b/c",
        "/streams/$all",
        "/streams/..%2f..",
        "/streams/%ff",
        "/streams/%00",
        "/streams/a%5cb",
        "/events",
        "/transactions",
        "/tickets",
        "/status",
        "/metrics",
        "/healthz",
        "/readyz",
        "/",
        "/v1/stream/a",
        "/v1/stream/d",
        "/v1/stream/__ds/x",
        "/v1/stream/",
        "//",
        "/streams//",
        "/openapi.yaml",
        "*"
    };
    private static final String[] PARAMETERS = {
        "from",
        "after",
        "since",
        "last",
        "limit",
        "direction",
        "type",
        "gaps",
        "wait",
        "prefix",
        "stream",
        "view",
        "lastEventId",
        "chunked",
        "offset",
        "cursor",
        "ticket",
        "nothing"
    };
    private static final String[] VALUES = {
        "",
        "0",
        "1",
        "-1",
        "99999999999999999999",
        "start",
        "tail",
        "1e9",
        "true",
        "false",
        "backward",
        "skip",
        "1ms",
        "P1D",
        "2026-01-01T00:00:00Z",
        "%00",
        "%zz",
        "%e2%80%a8",
        "%0d%0aX:y",
        "now",
        "data",
        "x".repeat(300),
        "a"
    };
    private static final String[] HEADERS = {
        "Accept",
        "Content-Type",
        "If-Match",
        "If-None-Match",
        "Expected-Sequence",
        "Idempotency-Key",
        "Event-Type",
        "Event-Key",
        "Event-Header-x",
        "Last-Event-ID",
        "Producer-Id",
        "Producer-Epoch",
        "Producer-Seq",
        "Origin",
        "Authorization",
        "Content-Encoding",
        "Stream-Closed",
        "Stream-TTL",
        "Stream-Forked-From",
        "Stream-Fork-Offset",
        "Stream-Seq",
        "Access-Control-Request-Method",
        "Upgrade",
        "X-Nothing"
    };
    private static final String[] HEADER_VALUES = {
        "",
        "*",
        "\"1\"",
        "1",
        "-1",
        "none",
        "any",
        "true",
        "application/json",
        "application/x-ndjson",
        "text/plain",
        "application/vnd.fluxlog.events+json",
        "application/merge-patch+json",
        "multipart/form-data",
        "image/*;q=0.1",
        "text/html, */*;q=0",
        "gzip",
        "identity",
        "Bearer x",
        "null",
        "http://localhost",
        "/v1/stream/a",
        "\u00ff\u00fe",
        "99999999999999999999",
        ";;;",
        "a=b; c=\"",
        "x".repeat(1_100),
        "h2c"
    };
    private static final String[] BODIES = {
        "",
        "1",
        "{}",
        "[]",
        "{\"a\":1}",
        "[1,2]",
        "[{\"data\":1}]",
        "[{\"data\":1,\"data\":2}]",
        "\"\\ud800\"",
        "nul",
        "1\n2\n",
        "{\n}\n",
        "[[[[",
        "{\"appends\":[{\"stream\":\"a\",\"events\":[{\"data\":1}]}]}",
        "{\"appends\":[{\"stream\":\"..\",\"events\":[]}]}",
        "{\"lowWaterMark\":2}",
        "{\"sealed\":false}",
        "{\"contentType\":\"x/y\"}",
        "{\"retention\":{\"maxAge\":\"P1D\"}}",
        "{\"retention\":{\"maxEvents\":-1}}",
        "{\"streams\":[\"a\"]}",
        "\u0000\u0001",
        "[" + "[".repeat(600),
        "1e999999",
        "-0.0",
        "\ufeff1"
    };

    private final Map<Integer, Integer> statuses = new TreeMap<>();

    @Test
    @Proves({"SEC-5", "LIM-2", "OWN-8"})
    void noRequestIsAnsweredWithAFailureOfTheServer() throws IOException {
        long seed = Long.getLong("fluxlog.test.seed", 1);
        Random random = new Random(seed);
        append("a", "1", "2", "3");
        sendAll(random, seed, 0, WARM_UP, requests -> {});
        StallProbe probe = new StallProbe(gateway.loops());
        List<List<String>> suspects = new ArrayList<>();
        Duration[] longest = {Duration.ZERO};
        sendAll(random, seed, WARM_UP, REQUESTS, requests -> {
            Duration held = probe.takeLongest();
            longest[0] = held.compareTo(longest[0]) > 0 ? held : longest[0];
            if (held.compareTo(STALL_MAX) >= 0) {
                suspects.add(requests);
            }
        });
        System.getLogger(FuzzTest.class.getName())
                .log(System.Logger.Level.INFO, "seed {0}, {1}; longest turn {2}", seed, statuses, longest[0]);
        append("sound", "1");
        assertThat(ask("GET /streams/sound").body()).contains("\"data\":1");
        assertThat(ask("GET /healthz").status()).isEqualTo(200);
        assertThat(probe.turns()).isPositive();
        assertThat(suspects).as("the longest turn took %s", longest[0]).hasSizeLessThan(SUSPECTS_MAX);
        for (List<String> requests : suspects) {
            assertThat(stallsAgain(probe, requests)).as(requests.toString()).isLessThan(AGAIN / 2);
        }
        assertThat(statuses.keySet()).contains(200, 201, 204, 400, 404, 405, 415);
    }

    /** Sends the requests of these numbers, up to fifty over a connection, and hands them on when it is closed. */
    private void sendAll(Random random, long seed, int from, int until, Consumer<List<String>> sent)
            throws IOException {
        for (int done = from; done < until; ) {
            List<String> requests = new ArrayList<>();
            try (Wire wire = new Wire(gateway.address())) {
                boolean open = true;
                for (int i = 0; i < PER_CONNECTION && open && done < until; i++, done++) {
                    String request = request(random);
                    requests.add(request);
                    open = answered(wire, request, "seed " + seed + ", request " + done + ":\n" + request);
                }
            }
            sent.accept(requests);
        }
    }

    /** How often an event loop uses too much when these are sent again. */
    private int stallsAgain(StallProbe probe, List<String> requests) throws IOException {
        int stalls = 0;
        for (int i = 0; i < AGAIN; i++) {
            probe.takeLongest();
            try (Wire wire = new Wire(gateway.address())) {
                boolean open = true;
                for (int at = 0; at < requests.size() && open; at++) {
                    open = answered(wire, requests.get(at), requests.get(at));
                }
            }
            stalls += probe.takeLongest().compareTo(STALL_MAX) >= 0 ? 1 : 0;
        }
        return stalls;
    }

    /** Sends it and judges the answer; whether the connection can carry another. */
    private boolean answered(Wire wire, String request, String what) {
        Answer head;
        boolean isHead = request.startsWith("HEAD");
        try {
            head = wire.raw(request.getBytes(StandardCharsets.ISO_8859_1)).head();
        } catch (AssertionError | RuntimeException unanswered) {
            throw new AssertionError("No answer to " + what, unanswered);
        }
        statuses.merge(head.status(), 1, Integer::sum);
        assertThat(head.status()).as(what).isNotEqualTo(500).isBetween(200, 599);
        assertThat(head.headers().keySet()).as(what).doesNotContain("x");
        assertThat(head.header("Request-Id")).as(what + "\n" + head).isNotEmpty();
        String length = head.header("Content-Length");
        boolean endless = head.header("Transfer-Encoding").equals("chunked");
        if (isHead || head.status() == 204 || head.status() == 304) {
            return !head.header("Connection").equals("close");
        }
        if (endless) {
            return false;
        }
        String body = wire.bytes(Integer.parseInt(length));
        assertThat(body).as(what).doesNotContain("Exception", "\tat ", ".java", System.getProperty("user.dir"));
        if (head.status() >= 400) {
            assertThat(head.header("Content-Type")).as(what).isEqualTo("application/problem+json");
            assertThat(Json.isValue(body.getBytes(StandardCharsets.UTF_8)))
                    .as(what)
                    .isTrue();
        }
        return !head.header("Connection").equals("close");
    }

    private static String request(Random random) {
        StringBuilder target = new StringBuilder(one(random, PATHS));
        int parameters = random.nextInt(3);
        for (int i = 0; i < parameters; i++) {
            target.append(i == 0 ? '?' : '&')
                    .append(one(random, PARAMETERS))
                    .append('=')
                    .append(one(random, VALUES));
        }
        List<String> lines = new ArrayList<>();
        lines.add(one(random, METHODS) + " " + target + " HTTP/1.1");
        lines.add("Host: localhost");
        int headers = random.nextInt(4);
        for (int i = 0; i < headers; i++) {
            lines.add(one(random, HEADERS) + ": " + one(random, HEADER_VALUES));
        }
        String body = broken(random, one(random, BODIES));
        lines.add("Content-Length: " + body.length());
        return String.join("\r\n", lines) + "\r\n\r\n" + body;
    }

    /** Now and then a byte is another, so that nothing is quite what it looks like. */
    private static String broken(Random random, String text) {
        StringBuilder bytes =
                new StringBuilder(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        if (!bytes.isEmpty() && random.nextInt(3) == 0) {
            bytes.setCharAt(random.nextInt(bytes.length()), (char) random.nextInt(256));
        }
        return bytes.toString();
    }

    private static String one(Random random, String[] from) {
        return from[random.nextInt(from.length)];
    }
}
