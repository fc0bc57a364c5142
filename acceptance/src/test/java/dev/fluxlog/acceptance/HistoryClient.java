package dev.fluxlog.acceptance;

import dev.fluxlog.acceptance.History.Append;
import dev.fluxlog.acceptance.History.Read;
import dev.fluxlog.acceptance.History.Refused;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.JsonNode;

/**
 * A client that appends, with and without an expectation, and reads, one call after the other, and writes each down.
 *
 * <p>Half of its appends have an idempotency key: these are repeated until there is an answer, and some of them are sent
 * twice at once, or once more when they were answered.
 */
final class HistoryClient implements Callable<Void> {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final int EVENTS_MAX = 3;
    private static final int BACK_MAX = 40;
    private static final int PAGE_SMALL = 5;
    private static final int PAGE_LARGE = 200;

    private final String name;
    private final Random random;
    private final List<String> streams;
    private final History history;
    private final CurrentServer server;
    private final Collection<String> complaints = new ConcurrentLinkedQueue<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** By stream: the newest event that this client has heard of. */
    private final Map<String, Long> tails = new HashMap<>();

    private volatile boolean stopping;
    private int appends;
    private int replays;

    HistoryClient(String name, long seed, List<String> streams, History history, CurrentServer server) {
        this.name = name;
        this.random = new Random(seed);
        this.streams = streams;
        this.history = history;
        this.server = server;
    }

    /** Begins nothing more; what is under way is finished. */
    void stop() {
        stopping = true;
    }

    /** Answers that no server may give. */
    Collection<String> complaints() {
        return complaints;
    }

    boolean complains() {
        return !complaints.isEmpty();
    }

    /** Valid when it has ended. */
    int replays() {
        return replays;
    }

    @Override
    public Void call() throws InterruptedException {
        while (!stopping && complaints.isEmpty()) {
            String stream = streams.get(random.nextInt(streams.size()));
            switch (random.nextInt(5)) {
                case 0, 1 -> append(stream, History.ANY);
                case 2 -> append(stream, tail(stream));
                default -> read(stream);
            }
        }
        return null;
    }

    private void append(String stream, long expected) throws InterruptedException {
        String id = name + "-" + ++appends;
        int events = 1 + random.nextInt(EVENTS_MAX);
        boolean keyed = random.nextBoolean();
        int copies = keyed && random.nextInt(4) == 0 ? 2 : 1;
        long sent = System.nanoTime();
        do {
            String url = server.await();
            if (url.isEmpty()) {
                break;
            }
            HttpRequest request = request(url + "/streams/" + stream, id, events, expected, keyed);
            long attempted = System.nanoTime();
            List<HttpResponse<String>> answers = answers(request, copies);
            long answered = System.nanoTime();
            if (!answers.isEmpty()) {
                JsonNode body = Json.read(answers.get(0).body());
                if (answers.get(0).statusCode() == 412) {
                    long actual = body.get("actual").asLong();
                    history.add(new Refused(id, stream, expected, attempted, answered, actual));
                    heard(stream, actual);
                } else {
                    long first = body.get("first").asLong();
                    history.add(new Append(id, stream, events, expected, sent, answered, first));
                    heard(stream, body.get("last").asLong());
                    if (keyed && random.nextInt(4) == 0) {
                        repeat(request, answers.get(0));
                    }
                }
                return;
            }
        } while (keyed && complaints.isEmpty());
        history.add(new Append(id, stream, events, expected, sent, History.NEVER, 0));
    }

    private static HttpRequest request(String url, String id, int events, long expected, boolean keyed) {
        List<Object> body = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            body.add(Map.of("contentType", "text/plain", "data", History.content(id, i)));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(ANSWER_MAX)
                .header("Content-Type", "application/vnd.fluxlog.events+json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body), StandardCharsets.UTF_8));
        if (expected != History.ANY) {
            request.header("Expected-Sequence", Long.toString(expected));
        }
        if (keyed) {
            request.header("Idempotency-Key", id);
        }
        return request.build();
    }

    /** What was said about an append that was sent so many times at once; empty when its outcome is open. */
    private List<HttpResponse<String>> answers(HttpRequest request, int copies) throws InterruptedException {
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < copies; i++) {
            waiting.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
        }
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> one : waiting) {
            try {
                HttpResponse<String> answer = one.get();
                switch (answer.statusCode()) {
                    case 200, 201, 412 -> answers.add(answer);
                    // Not now: as if it had not been answered.
                    case 503 -> {}
                    default -> {
                        if (!isStillRunning(answer)) {
                            complain(request, answer);
                        }
                    }
                }
            } catch (ExecutionException cut) {
                if (!(cut.getCause() instanceof IOException)) {
                    throw new IllegalStateException(cut);
                }
            }
        }
        requireOneOutcome(request, answers);
        return answers;
    }

    /** What one of two that were sent at once may be told. */
    private static boolean isStillRunning(HttpResponse<String> answer) {
        return answer.statusCode() == 409 && answer.body().contains("/problems/idempotency-in-progress");
    }

    /** Asks for an answer once more. */
    private void repeat(HttpRequest request, HttpResponse<String> told) throws InterruptedException {
        for (HttpResponse<String> answer : answers(request, 1)) {
            if (answer.statusCode() != 200 || first(answer) != first(told)) {
                complain(request, answer);
            }
        }
    }

    private void requireOneOutcome(HttpRequest request, List<HttpResponse<String>> answers) {
        int fresh = 0;
        for (HttpResponse<String> answer : answers) {
            HttpResponse<String> first = answers.get(0);
            boolean refused = answer.statusCode() == 412;
            if (refused != (first.statusCode() == 412) || (!refused && first(answer) != first(first))) {
                complain(request, answer);
            }
            boolean replayed = answer.statusCode() == 200;
            if (replayed && request.headers().firstValue("Idempotency-Key").isEmpty()) {
                complain(request, answer);
            }
            fresh += refused || replayed ? 0 : 1;
            replays += replayed ? 1 : 0;
        }
        if (fresh > 1) {
            complain(request, answers.get(1));
        }
    }

    private static long first(HttpResponse<String> answer) {
        return Json.read(answer.body()).get("first").asLong();
    }

    private void read(String stream) throws InterruptedException {
        long after = Math.max(0, tail(stream) - random.nextInt(BACK_MAX));
        int limit = random.nextBoolean() ? PAGE_SMALL : PAGE_LARGE;
        String url = server.await();
        if (url.isEmpty()) {
            return;
        }
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(url + "/streams/" + stream + "?after=" + after + "&limit=" + limit))
                .timeout(ANSWER_MAX)
                .header("Accept", "application/json")
                .build();
        try {
            long sent = System.nanoTime();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            long answered = System.nanoTime();
            if (answer.statusCode() == 503) {
                return;
            }
            if (answer.statusCode() != 200) {
                complain(request, answer);
                return;
            }
            JsonNode page = Json.read(answer.body());
            List<String> contents = new ArrayList<>();
            for (JsonNode event : page.get("events")) {
                contents.add(new String(Json.bytes(event), StandardCharsets.UTF_8));
                if (event.get("sequence").asLong() != after + contents.size()) {
                    complain(request, answer);
                }
            }
            boolean atTail = page.get("atTail").asBoolean();
            if (!atTail && contents.size() != limit) {
                complain(request, answer);
            }
            history.add(new Read(stream, sent, answered, after, contents, atTail));
            heard(stream, after + contents.size());
        } catch (IOException cut) {
            // Nothing was learned.
        }
    }

    private long tail(String stream) {
        return tails.getOrDefault(stream, 0L);
    }

    private void heard(String stream, long sequence) {
        tails.merge(stream, sequence, Math::max);
    }

    private void complain(HttpRequest request, HttpResponse<String> answer) {
        complaints.add(request.method() + " " + request.uri() + " "
                + request.headers().map() + ": " + answer.statusCode() + " " + answer.body());
    }
}
