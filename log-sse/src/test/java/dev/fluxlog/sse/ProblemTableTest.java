package dev.fluxlog.sse;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.LogException;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Producer;
import dev.fluxlog.memory.MemoryLog;
import dev.fluxlog.spec.Proves;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Every type of problem that is described, met on the wire; one that is described and not met here is a failure. */
@Proves("SUB-26")
@Timeout(180)
class ProblemTableTest {
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(Gateway.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern TYPE = Pattern.compile("- /problems/([a-z-]+)\n");
    private static final Producer PRODUCER = new Producer("p", 1, 7);

    /** A failure of the log, or a request that is refused whatever the log does. */
    private record Expected(int status, boolean retryAfter, Set<String> facts, Object cause) {}

    private static final Map<String, Expected> TABLE = Map.ofEntries(
            log(412, new LogException.Conflict("a", ExpectedSequence.exactly(3), 5), "stream", "expected", "actual"),
            log(410, new LogException.Trimmed("a", 1, 5, 9), "stream", "requested", "lowWaterMark", "highWaterMark"),
            log(416, new LogException.Ahead("a", 20, 5, 9), "stream", "requested", "lowWaterMark", "highWaterMark"),
            log(
                    500,
                    new LogException.Corrupt("a", 7, 9, "f", 1, new IOException()),
                    "stream",
                    "sequence",
                    "lostThrough"),
            log(404, new LogException.UnknownStream("a"), "stream"),
            log(400, new LogException.InvalidName("a/../b", "no"), "field", "given"),
            log(409, new LogException.StreamSealed("a", 9), "stream", "highWaterMark"),
            log(422, new LogException.IdempotencyMismatch("a", "k"), "stream", "key"),
            log(409, new LogException.ProducerGap("a", PRODUCER, 5), "stream", "expected", "received"),
            log(403, new LogException.ProducerFenced("a", PRODUCER, 2), "stream", "currentEpoch"),
            log(409, new LogException.OutOfOrder("a", "b", "a"), "stream", "last", "given"),
            retry(503, new LogException.Overloaded("waitingAppendsMax", 9), "field", "limit"),
            log(413, new LogException.TooLarge("eventBytesMax", 9, 10), "field", "limit", "given"),
            log(400, new LogException.LimitExceeded("batchEventsMax", 9, 10), "field", "given", "allowed"),
            retry(507, new LogException.StorageFull(new IOException())),
            log(501, new LogException.Unsupported("no")),
            log(500, new LogException.UnsupportedVersion("9", null)),
            retry(503, new LogException.Closed()),
            retry(503, new LogException.Busy("process 1", null)),
            log(503, new LogException.Fenced("epoch 2", null)),
            log(503, new LogException.Failed("force", new IOException("secret")), "operation"),
            entry("internal", new Expected(500, false, Set.of(), new IllegalStateException("secret"))),
            own("gone", 410, "GET /v1/stream/a", "stream"),
            own("invalid-request", 400, "GET /streams/a?limit=x", "field", "given", "allowed"),
            own("protocol-version", 400, "GET /streams/a", "given", "allowed"),
            own("unauthenticated", 401, "GET /streams/a"),
            own("forbidden", 403, "DELETE /streams/a", "right", "stream"),
            own("not-found", 404, "GET /nothing"),
            own("method-not-allowed", 405, "BREW /streams/a", "allowed"),
            own("not-acceptable", 406, "GET /streams/a", "allowed"),
            own("request-timeout", 408, "POST /streams/a", "limit"),
            own("settings-conflict", 409, "PUT /streams/kept", "stream"),
            entry("idempotency-in-progress", new Expected(409, true, Set.of("stream", "key"), "POST /streams/a")),
            own("address-too-long", 414, "GET /streams/" + "x".repeat(9_000), "limit"),
            own("unsupported-media-type", 415, "PATCH /streams/a", "allowed"),
            own("too-many-requests", 429, "GET /streams/a", "limit"),
            own("headers-too-large", 431, "GET /streams/a", "limit"),
            own("too-many-connections", 503, "GET /streams/a", "field", "limit"));

    private final EventLog log = now(MemoryLog.open());
    private final KnownCallers callers = new KnownCallers();
    private final AtomicInteger stuck = new AtomicInteger();

    private static Map.Entry<String, Expected> log(int status, LogException failure, String... facts) {
        return entry(failure.code(), new Expected(status, false, Set.of(facts), failure));
    }

    private static Map.Entry<String, Expected> retry(int status, LogException failure, String... facts) {
        return entry(failure.code(), new Expected(status, true, Set.of(facts), failure));
    }

    private static Map.Entry<String, Expected> own(String code, int status, String head, String... facts) {
        boolean retry = status == 429 || status == 503;
        return entry(code, new Expected(status, retry, Set.of(facts), head));
    }

    static Set<String> described() throws IOException {
        try (InputStream description = Gateway.class.getResourceAsStream("openapi.yaml")) {
            String text = new String(Objects.requireNonNull(description).readAllBytes(), StandardCharsets.UTF_8);
            return TYPE.matcher(text)
                    .results()
                    .map(type -> type.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** What only an operator can mend is logged, which is none of the questions here. */
    @BeforeAll
    static void keepQuiet() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOGGER.setLevel(null);
    }

    @BeforeEach
    void fill() {
        now(log.stream("kept").append(NewEvent.json("1")));
        callers.know("reader", "read:*");
        callers.know("all", "read,append,admin:*");
    }

    @AfterEach
    void end() {
        log.close().block(PATIENCE);
    }

    @Test
    void theTableHoldsWhatIsDescribedAndNothingElse() throws IOException {
        assertThat(TABLE.keySet()).containsExactlyInAnyOrderElementsOf(described());
    }

    @ParameterizedTest
    @MethodSource("described")
    void isAnsweredWithItsStatusAndItsFacts(String code) {
        Expected expected = Objects.requireNonNull(TABLE.get(code), "nothing here leads to " + code);
        Gateway gateway = now(Gateway.start(served(code, expected), options(code)));
        try {
            Answer answer = provoke(gateway, code, expected);

            assertThat(answer.status()).as(answer.body()).isEqualTo(expected.status());
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.header("Retry-After").isEmpty()).isEqualTo(!expected.retryAfter());
            assertThat(Json.isValue(answer.body().getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
            assertThat(answer.body())
                    .startsWith("{\"type\":\"/problems/" + code + "\",\"title\":\"")
                    .contains("\"status\":" + expected.status() + ",\"detail\":\"")
                    .contains("\"instance\":\"/requests/" + answer.header("Request-Id") + "\"")
                    .doesNotContain("secret");
            assertThat(expected.facts())
                    .allSatisfy(fact -> assertThat(answer.body()).contains("\"" + fact + "\":"));
        } finally {
            gateway.close().block(PATIENCE);
        }
    }

    /** What is told inside is told with the same words as in an answer of its own. */
    @ParameterizedTest
    @MethodSource("described")
    @Proves("SUB-9")
    void isToldInAnEventStreamAsInAnAnswerAndAsTheLibraryCallsIt(String code) {
        Expected expected = Objects.requireNonNull(TABLE.get(code));
        if (!(expected.cause() instanceof LogException failure)) {
            return;
        }
        assertThat(failure.code()).isEqualTo(code);
        Gateway gateway = now(Gateway.start(served(code, expected), options(code)));
        try {
            Answer plain = ask(gateway, "GET /streams/a", "");
            Answer inside = ask(gateway, "GET /streams/a", "", "Accept: text/event-stream", "Last-Event-ID: 1");

            String told = "{\"type\":\"/problems/" + code + "\"";
            assertThat(plain.body()).startsWith(told);
            boolean stays = code.equals("unknown-stream") || code.equals("invalid-name");
            assertThat(inside.status()).isEqualTo(stays ? expected.status() : 200);
            assertThat(inside.body()).contains(stays ? told : "event: error\ndata: " + told);
            for (Answer answer : List.of(plain, inside)) {
                assertThat(withoutInstance(answer.body()))
                        .contains(withoutInstance(plain.body()))
                        .doesNotContain("secret", "Exception", System.getProperty("user.dir"));
            }
        } finally {
            gateway.close().block(PATIENCE);
        }
    }

    private static String withoutInstance(String body) {
        return body.replaceAll("/requests/[0-9a-f]+", "");
    }

    private EventLog served(String code, Expected expected) {
        if (code.equals("gone")) {
            return failing(new LogException.UnknownStream("a", true));
        }
        if (code.equals("idempotency-in-progress")) {
            return answering(Mono.never().doOnSubscribe(begin -> stuck.incrementAndGet()));
        }
        return expected.cause() instanceof Throwable failure ? failing(failure) : log;
    }

    private GatewayOptions options(String code) {
        GatewayOptions plain = GatewayOptions.defaults().withPort(0).withDrainMax(Duration.ofSeconds(2));
        return switch (code) {
            case "unauthenticated", "forbidden" -> plain.withAuthority(callers);
            case "request-timeout" -> plain.withRequestMax(Duration.ofMillis(300));
            case "too-many-requests" -> plain.withRequestsPerSecondMax(1);
            case "too-many-connections" -> plain.withConnectionsMax(1);
            default -> plain;
        };
    }

    private Answer provoke(Gateway gateway, String code, Expected expected) {
        if (!(expected.cause() instanceof String head)) {
            return ask(gateway, "POST /streams/a", "1", "Content-Type: application/json");
        }
        return switch (code) {
            case "forbidden" -> ask(gateway, head, "", "Authorization: Bearer reader");
            case "protocol-version" -> ask(gateway, head, "", "Fluxlog-Protocol: 2");
            case "not-acceptable" -> ask(gateway, head, "", "Accept: text/html");
            case "request-timeout" -> ask(gateway, head, "", "Content-Length: 9");
            case "settings-conflict" ->
                ask(gateway, head, "{\"contentType\":\"text/plain\"}", "Content-Type: application/json");
            case "unsupported-media-type" -> ask(gateway, head, "x", "Content-Type: text/plain");
            case "headers-too-large" -> ask(gateway, head, "", "X-Long: " + "x".repeat(40_000));
            case "too-many-connections" -> second(gateway, head);
            case "idempotency-in-progress" -> repeat(gateway, head);
            case "too-many-requests" ->
                await().atMost(PATIENCE).until(() -> ask(gateway, head, ""), answer -> answer.status() == 429);
            default -> ask(gateway, head, "");
        };
    }

    /** Without a length of its own, so that a test can tell one that is not true. */
    private static Answer ask(Gateway gateway, String head, String body, String... lines) {
        try (Wire wire = new Wire(gateway.address())) {
            StringBuilder text = new StringBuilder(head + " HTTP/1.1\r\nHost: localhost\r\n");
            List.of(lines).forEach(line -> text.append(line).append("\r\n"));
            if (!body.isEmpty()) {
                text.append("Content-Length: ").append(body.length()).append("\r\n");
            }
            return wire.raw(text + "\r\n" + body).answer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer second(Gateway gateway, String head) {
        try (Wire first = new Wire(gateway.address())) {
            first.send("GET /healthz", "").answer();
            return ask(gateway, head, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer repeat(Gateway gateway, String head) {
        String[] lines = {"Content-Type: text/plain", "Idempotency-Key: k"};
        try (Wire first = new Wire(gateway.address())) {
            first.send(head, "1", lines);
            await().atMost(PATIENCE).until(() -> stuck.get() > 0);
            return ask(gateway, head, "1", lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A log whose streams fail in all they are asked for. */
    private EventLog failing(Throwable failure) {
        return answering(Mono.error(failure));
    }

    private EventLog answering(Mono<?> answer) {
        Class<?>[] stream = {EventStream.class};
        Object failed =
                Proxy.newProxyInstance(EventStream.class.getClassLoader(), stream, (self, method, arguments) -> {
                    if (method.isDefault()) {
                        return InvocationHandler.invokeDefault(self, method, arguments);
                    }
                    return method.getReturnType().equals(Mono.class)
                            ? answer
                            : method.getReturnType().equals(Flux.class) ? answer.flux() : "a";
                });
        Class<?>[] whole = {EventLog.class};
        return (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(),
                whole,
                (self, method, arguments) ->
                        method.getName().equals("stream") ? failed : method.invoke(log, arguments));
    }

    private static <T> T now(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(PATIENCE));
    }
}
