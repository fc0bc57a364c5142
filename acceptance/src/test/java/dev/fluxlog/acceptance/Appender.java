package dev.fluxlog.acceptance;

import dev.fluxlog.acceptance.Ledger.Operation;
import dev.fluxlog.acceptance.Ledger.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.JsonNode;

/**
 * A client that appends without a pause: single events, batches and transactions, half of them under an idempotency key
 * and then repeated until there is an answer, and now and then once more after it.
 */
final class Appender implements Callable<Void> {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final int REMEMBERED_MAX = 20;
    private static final int REST_BYTES_MAX = 400;

    private final String name;
    private final Random random;
    private final List<String> streams;
    private final Ledger ledger;
    private final CurrentServer server;
    private final Collection<String> complaints = new ConcurrentLinkedQueue<>();
    private final List<Operation> keyed = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile boolean stopping;
    private int operations;
    private int replays;

    Appender(String name, long seed, List<String> streams, Ledger ledger, CurrentServer server) {
        this.name = name;
        this.random = new Random(seed);
        this.streams = streams;
        this.ledger = ledger;
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

    int replays() {
        return replays;
    }

    @Override
    public Void call() throws InterruptedException {
        while (!stopping && complaints.isEmpty()) {
            if (!keyed.isEmpty() && random.nextInt(10) == 0) {
                repeat(keyed.get(random.nextInt(keyed.size())));
            } else if (random.nextBoolean()) {
                send(next(), "");
            } else {
                untilAnswered(next());
            }
        }
        return null;
    }

    private Operation next() {
        String id = name + "-" + ++operations;
        int kind = random.nextInt(3);
        int parts = kind == 2 ? 2 + random.nextInt(2) : 1;
        int first = random.nextInt(streams.size());
        List<Part> shares = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            List<byte[]> payloads = new ArrayList<>();
            int events = kind == 0 ? 1 : 1 + random.nextInt(8);
            for (int index = 0; index < events; index++) {
                byte[] rest = new byte[random.nextInt(REST_BYTES_MAX)];
                random.nextBytes(rest);
                payloads.add(Ledger.payload(id, part, index, rest));
            }
            shares.add(new Part(streams.get((first + part) % streams.size()), payloads));
        }
        return ledger.begin(id, shares);
    }

    private void untilAnswered(Operation operation) throws InterruptedException {
        while (!operation.isAcknowledged() && complaints.isEmpty()) {
            if (server.await().isEmpty()) {
                return;
            }
            send(operation, operation.id);
        }
        keyed.add(operation);
        if (keyed.size() > REMEMBERED_MAX) {
            keyed.remove(0);
        }
    }

    private void repeat(Operation operation) throws InterruptedException {
        List<Long> told = operation.firsts();
        send(operation, operation.id);
        if (!operation.firsts().equals(told)) {
            complaints.add(operation.id + ": first answered " + told + ", then " + operation.firsts());
        }
    }

    /** One attempt. Whatever is no answer leaves the outcome open. */
    private void send(Operation operation, String key) throws InterruptedException {
        String url = server.await();
        if (url.isEmpty()) {
            return;
        }
        boolean known = operation.isAcknowledged();
        try {
            HttpResponse<String> answer = http.send(request(url, operation, key), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 201 || answer.statusCode() == 200) {
                JsonNode body = Json.read(answer.body());
                boolean replayed = body.get("replayed").asBoolean();
                if (replayed != (answer.statusCode() == 200) || (known && !replayed) || (key.isEmpty() && replayed)) {
                    complaints.add(operation.id + ": " + answer.statusCode() + " " + answer.body());
                }
                replays += replayed ? 1 : 0;
                ledger.acknowledge(operation, firsts(operation, body));
            } else if (answer.statusCode() != 503) {
                complaints.add(operation.id + ": " + answer.statusCode() + " " + answer.body());
            }
        } catch (IOException cut) {
            // The outcome stays open.
        }
    }

    private static List<Long> firsts(Operation operation, JsonNode body) {
        if (operation.parts.size() == 1) {
            return List.of(body.get("first").asLong());
        }
        List<Long> firsts = new ArrayList<>();
        body.get("appends").forEach(append -> firsts.add(append.get("first").asLong()));
        return firsts;
    }

    private HttpRequest request(String url, Operation operation, String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder().timeout(ANSWER_MAX);
        if (!key.isEmpty()) {
            request.header("Idempotency-Key", key);
        }
        Part only = operation.parts.get(0);
        if (operation.parts.size() > 1) {
            List<Object> appends = new ArrayList<>();
            operation.parts.forEach(part -> appends.add(Map.of("stream", part.stream(), "events", events(part))));
            return request.uri(URI.create(url + "/transactions"))
                    .header("Content-Type", "application/json")
                    .POST(body(Map.of("appends", appends)))
                    .build();
        }
        request.uri(URI.create(url + "/streams/" + only.stream()));
        return only.payloads().size() == 1
                ? request.header("Content-Type", "application/octet-stream")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(
                                only.payloads().get(0)))
                        .build()
                : request.header("Content-Type", "application/vnd.fluxlog.events+json")
                        .POST(body(events(only)))
                        .build();
    }

    private static List<Object> events(Part part) {
        List<Object> events = new ArrayList<>();
        for (byte[] payload : part.payloads()) {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("contentType", "application/octet-stream");
            event.put("dataBase64", Base64.getEncoder().encodeToString(payload));
            events.add(event);
        }
        return events;
    }

    private static HttpRequest.BodyPublisher body(Object value) {
        return HttpRequest.BodyPublishers.ofString(Json.write(value), StandardCharsets.UTF_8);
    }
}
