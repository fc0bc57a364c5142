package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.spec.Proves;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a client may send, at its bound, one beyond it, and one beyond it from many at once. A bound of the gateway that
 * is neither here nor in a test that is named here is a failure.
 */
@Proves({"LIM-2", "LIM-8"})
class LimitTableTest extends Served {
    private static final int FLOOD = 12;
    private static final int MIB = 1 << 20;
    private static final String EVENTS = "application/vnd.fluxlog.events+json";
    private static final String JSON = "application/json";

    /** Bounds of time and of connections take a test of their own. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "bodyBytesMax", "RequestBoundsTest#aBodyDeclaredTooLargeIsRefusedBeforeItIsSent",
            "connectionsMax", "LimitsTest#aConnectionAboveTheBoundIsToldSoAndOneThatClosesMakesRoom",
            "connectionsPerAddressMax", "ConnectionsPerAddressTest#aFloodFromOneAddressKeepsNobodyElseOut",
            "requestsPerSecondMax", "RequestRateTest#aFloodIsRefusedRequestByRequestOnAConnectionThatStaysInStep",
            "requestsPerConnectionMax", "HttpTwoTest#moreRequestsThanAreAllowedAtOnceAreRefused",
            "requestMax", "SlowPeerTest#aBodyThatIsNotFinishedInTimeIsAnsweredSo",
            "idleMax", "SlowPeerTest#aConnectionWithoutRequestsIsClosed",
            "stallMax", "SlowPeerTest#aClientThatNeverReadsHoldsLittleAndIsClosedWhileOthersAreServed",
            "drainMax", "LimitsTest#closingIsRepeatableAndBoundedAlsoWithPeersThatTakeNothingAndThatNeverEnd");

    @Override
    GatewayOptions options() {
        return super.options()
                .withBodyBytesMax(6_000_000)
                .withLineBytesMax(3_000)
                .withHeadersBytesMax(10_000)
                .withSelectionStreamsMax(3);
    }

    /** A request, without the answer. */
    private record Sent(String head, String body, String... lines) {}

    /**
     * A bound.
     *
     * @param at is taken
     * @param beyond is refused
     */
    private record Bound(String name, Sent at, Sent beyond, int status, String problem) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Bound> bounds() {
        return List.of(
                new Bound("lineBytesMax", line(3_000), line(3_001), 414, "address-too-long"),
                new Bound("headersBytesMax", headers(9_000), headers(10_001), 431, "headers-too-large"),
                new Bound("selectionStreamsMax", selection(3), selection(4), 400, "limit-exceeded"),
                new Bound("waitMax", get("?after=1&wait=60s"), get("?after=1&wait=60001ms"), 400, "limit-exceeded"),
                new Bound("eventBytesMax", bytes(MIB), bytes(MIB + 1), 413, "too-large"),
                new Bound("batchBytesMax", batch(0), batch(1), 413, "too-large"),
                new Bound("batchEventsMax", events(1_000), events(1_001), 400, "limit-exceeded"),
                new Bound("PageRoute.LIMIT_MAX", get("?limit=1000"), get("?limit=1001"), 400, "limit-exceeded"),
                new Bound("StreamRoute.LIMIT_MAX", streams(1_000), streams(1_001), 400, "limit-exceeded"),
                new Bound("Json.DEPTH_MAX", depth(500), depth(501), 400, "invalid-request"),
                new Bound("Query.PARAMETERS_MAX", parameters(200), parameters(201), 400, "limit-exceeded"),
                new Bound("StreamName.BYTES_MAX", name(255), name(256), 400, "invalid-name"),
                new Bound(
                        "NewEvent.TYPE_BYTES_MAX",
                        with("Event-Type", 1_024),
                        with("Event-Type", 1_025),
                        413,
                        "too-large"),
                new Bound(
                        "NewEvent.KEY_BYTES_MAX", with("Event-Key", 4_096), with("Event-Key", 4_097), 413, "too-large"),
                new Bound("NewEvent.HEADERS_BYTES_MAX", header(64 << 10), header((64 << 10) + 1), 413, "too-large"),
                new Bound(
                        "AppendOptions.KEY_BYTES_MAX",
                        with("Idempotency-Key", 1_024),
                        with("Idempotency-Key", 1_025),
                        413,
                        "too-large"),
                new Bound("StreamSettings.CONTENT_TYPE_BYTES_MAX", settings(255), settings(256), 413, "too-large"));
    }

    @BeforeEach
    void fill() {
        append("a", "1", "2");
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void isTakenAtItsBoundAndRefusedBeyondItAlsoFromManyAtOnce(Bound bound) {
        assertThat(status(bound.at)).as("at the bound").isBetween(200, 201);
        List<Wire> flood = new ArrayList<>();
        for (int i = 0; i < FLOOD; i++) {
            flood.add(connect());
        }
        flood.forEach(wire -> sendTo(wire, bound.beyond));
        for (Wire wire : flood) {
            Answer answer = wire.answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(bound.status);
            assertThat(answer.body()).contains("\"type\":\"/problems/" + bound.problem + "\"");
            wire.reset();
        }
        assertThat(status(bound.at)).as("at the bound, behind the flood").isBetween(200, 201);
        await().atMost(PATIENCE).until(() -> gateway.status().waitingBytes() == 0);
    }

    @Test
    void aBodyOfExactlyTheBoundIsTaken() {
        assertThat(status(lines(6_000_000))).isEqualTo(201);
    }

    @Test
    void everyBoundOfTheGatewayHasItsTest() throws Exception {
        Map<String, String> tested = new TreeMap<>(ELSEWHERE);
        bounds().forEach(bound -> tested.put(bound.name, ""));

        assertThat(tested.keySet())
                .containsAll(Arrays.stream(GatewayOptions.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .filter(name -> name.endsWith("Max"))
                        .collect(Collectors.toCollection(TreeSet::new)));
        for (String test : ELSEWHERE.values()) {
            String[] parts = test.split("#");
            assertThat(Class.forName(getClass().getPackageName() + "." + parts[0])
                            .getDeclaredMethods())
                    .as(test)
                    .anyMatch(method -> method.getName().equals(parts[1]));
        }
    }

    private int status(Sent sent) {
        return sendTo(connect(), sent).head().status();
    }

    private static Wire sendTo(Wire wire, Sent sent) {
        return wire.send(sent.head, sent.body, sent.lines);
    }

    private static Sent get(String query) {
        return query.contains("wait")
                ? new Sent("GET /streams/a" + query.replace("after", "from"), "")
                : new Sent("GET /streams/a" + query, "");
    }

    private static Sent streams(int limit) {
        return new Sent("GET /streams?limit=" + limit, "");
    }

    /** Blank lines between two events fill a body of any size. */
    private static Sent lines(int bytes) {
        return new Sent("POST /streams/b", "1\n" + "\n".repeat(bytes - 3) + "2", "Content-Type: application/x-ndjson");
    }

    private static Sent line(int bytes) {
        String head = "GET /streams/a?x=";
        return new Sent(head + "x".repeat(bytes - head.length() - " HTTP/1.1".length()), "");
    }

    /** What of a head counts is the decoder's matter, so this one stays clearly below, and goes clearly beyond. */
    private static Sent headers(int bytes) {
        return new Sent("GET /streams/a", "", "X-Long: " + "x".repeat(bytes));
    }

    private static Sent selection(int streams) {
        String names = IntStream.range(0, streams).mapToObj(i -> "stream=" + i).collect(Collectors.joining("&"));
        return new Sent("GET /events?" + names, "", "Accept: text/event-stream");
    }

    private static Sent bytes(int bytes) {
        return new Sent("POST /streams/b", "x".repeat(bytes));
    }

    private static Sent events(int count) {
        return new Sent("POST /streams/b", "1\n".repeat(count), "Content-Type: application/x-ndjson");
    }

    /** Four events of 1 MiB, and one of so many bytes more. */
    private static Sent batch(int more) {
        String whole = Base64.getEncoder().encodeToString(new byte[MIB]);
        String last = Base64.getEncoder().encodeToString(new byte[more]);
        String events = Stream.of(whole, whole, whole, whole, last)
                .map(data -> "{\"dataBase64\":\"" + data + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
        return new Sent("POST /streams/b", events, "Content-Type: " + EVENTS);
    }

    private static Sent depth(int depth) {
        return new Sent("POST /streams/b", "[".repeat(depth) + "]".repeat(depth), "Content-Type: " + JSON);
    }

    private static Sent parameters(int count) {
        return new Sent("GET /streams/a?" + "x&".repeat(count - 1) + "x", "");
    }

    private static Sent name(int bytes) {
        return new Sent("POST /streams/" + "x".repeat(bytes), "1", "Content-Type: " + JSON);
    }

    private static Sent with(String header, int bytes) {
        return new Sent("POST /streams/b", "1", "Content-Type: " + JSON, header + ": " + "x".repeat(bytes));
    }

    private static Sent header(int bytes) {
        return new Sent(
                "POST /streams/b",
                "[{\"headers\":{\"h\":\"" + "x".repeat(bytes - 1) + "\"},\"dataBase64\":\"\"}]",
                "Content-Type: " + EVENTS);
    }

    private static Sent settings(int bytes) {
        String type = "text/" + "x".repeat(bytes - 5);
        return new Sent("PUT /streams/c", "{\"contentType\":\"" + type + "\"}", "Content-Type: " + JSON);
    }
}
