package dev.fluxlog.acceptance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.JsonNode;

/**
 * A client with streams that nobody else writes to: it appends, trims and deletes, one thing after the other, and so
 * knows what each of them holds.
 *
 * <p>A change without an answer has happened or has not; which of the two, the server says when it is there again, and
 * every other state of the stream is a complaint. So is a number that is given twice.
 */
final class Shrinker implements Callable<Void> {
    /** Longer than anything takes: who gives up earlier does not know whether its change is still to come. */
    private static final Duration ANSWER_MAX = Duration.ofMinutes(5);

    private static final int EVENTS_MAX = 400;

    private final Random random;
    private final CurrentServer server;
    private final List<Garden> gardens = new ArrayList<>();
    private final Collection<String> complaints = new ConcurrentLinkedQueue<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile boolean stopping;
    private int shrinkings;
    private int sent;

    Shrinker(long seed, List<String> streams, CurrentServer server) {
        this.random = new Random(seed);
        this.server = server;
        streams.forEach(stream -> gardens.add(new Garden(stream)));
    }

    /** What a stream holds; the number of the newest survives its deletion. */
    private record Garden(String stream, boolean exists, long low, long high, TreeMap<Long, String> events) {
        Garden(String stream) {
            this(stream, false, 1, 0, new TreeMap<>());
        }

        Garden appended(List<String> contents) {
            TreeMap<Long, String> more = new TreeMap<>(events);
            long next = high;
            for (String content : contents) {
                next++;
                more.put(next, content);
            }
            return new Garden(stream, true, exists ? low : high + 1, next, more);
        }

        Garden trimmed(long newLow) {
            return new Garden(stream, true, newLow, high, new TreeMap<>(events.tailMap(newLow, true)));
        }

        Garden deleted() {
            return new Garden(stream, false, high + 1, high, new TreeMap<>());
        }
    }

    /** Begins nothing more, once something was trimmed or deleted; what is under way is finished. */
    void stop() {
        stopping = true;
    }

    Collection<String> complaints() {
        return complaints;
    }

    /** Trims and deletions that were answered. */
    int shrinkings() {
        return shrinkings;
    }

    @Override
    public Void call() throws InterruptedException {
        while ((!stopping || shrinkings == 0) && complaints.isEmpty()) {
            change(random.nextInt(gardens.size()));
        }
        for (int i = 0; i < gardens.size() && complaints.isEmpty(); i++) {
            look(i, List.of(gardens.get(i)));
        }
        return null;
    }

    private void change(int i) throws InterruptedException {
        Garden before = gardens.get(i);
        int kind = before.events().size() > EVENTS_MAX ? 8 : random.nextInt(10);
        if (!before.exists() || kind < 6) {
            List<String> contents = new ArrayList<>();
            for (int k = random.nextInt(8); k >= 0; k--) {
                contents.add("\"" + ++sent + "-".repeat(random.nextInt(400)) + "\"");
            }
            HttpRequest.Builder append = HttpRequest.newBuilder()
                    .header("Content-Type", "application/x-ndjson")
                    .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", contents)));
            send(i, before.appended(contents), append);
        } else if (kind < 9) {
            long low = before.low() + random.nextLong(before.high() - before.low() + 2);
            HttpRequest.Builder trim = HttpRequest.newBuilder()
                    .header("Content-Type", "application/merge-patch+json")
                    .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"lowWaterMark\":" + low + "}"));
            shrinkings += send(i, before.trimmed(low), trim) ? 1 : 0;
        } else {
            shrinkings += send(i, before.deleted(), HttpRequest.newBuilder().DELETE()) ? 1 : 0;
        }
    }

    /** Returns whether there was an answer. */
    private boolean send(int i, Garden after, HttpRequest.Builder change) throws InterruptedException {
        String url = server.await();
        if (url.isEmpty()) {
            return false;
        }
        try {
            HttpResponse<String> answer = http.send(
                    change.uri(uri(url, after)).timeout(ANSWER_MAX).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 == 2) {
                gardens.set(i, after);
                requireFirst(i, answer);
                return true;
            }
            if (answer.statusCode() != 503) {
                complaints.add(after.stream() + ": " + answer.statusCode() + " " + answer.body());
                return false;
            }
        } catch (IOException cut) {
            // The outcome is open, until the server says what it holds.
        }
        look(i, List.of(gardens.get(i), after));
        return false;
    }

    private static URI uri(String url, Garden garden) {
        return URI.create(url + "/streams/" + garden.stream());
    }

    /** The answer to an append tells the number that the model gives its last event. */
    private void requireFirst(int i, HttpResponse<String> answer) {
        if (answer.statusCode() == 201) {
            long last = Json.read(answer.body()).get("last").asLong();
            if (last != gardens.get(i).high()) {
                complaints.add(gardens.get(i) + ": was given " + last);
            }
        }
    }

    /** Asks until there is an answer, which has to be one of these. */
    private void look(int i, List<Garden> possible) throws InterruptedException {
        while (true) {
            String url = server.await();
            if (url.isEmpty()) {
                return;
            }
            try {
                Garden found = read(url, possible.get(0));
                if (possible.contains(found)) {
                    gardens.set(i, found);
                } else {
                    complaints.add("holds " + found + ", which is none of " + possible);
                }
                return;
            } catch (IOException cut) {
                // Asked again, of the next one.
                continue;
            }
        }
    }

    private Garden read(String url, Garden known) throws IOException, InterruptedException {
        HttpRequest page = HttpRequest.newBuilder(URI.create(uri(url, known) + "?from=start&limit=1000"))
                .timeout(ANSWER_MAX)
                .header("Accept", "application/json")
                .build();
        HttpResponse<String> answer = http.send(page, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 404) {
            // The number of the newest shows with the next append.
            return known.deleted();
        }
        if (answer.statusCode() != 200) {
            throw new IOException("not yet: " + answer.statusCode());
        }
        TreeMap<Long, String> events = new TreeMap<>();
        for (JsonNode event : Json.read(answer.body()).get("events")) {
            events.put(event.get("sequence").asLong(), event.get("data").toString());
        }
        return new Garden(known.stream(), true, mark(answer, "Low"), mark(answer, "High"), events);
    }

    private static long mark(HttpResponse<String> answer, String which) {
        return Long.parseLong(answer.headers().firstValue(which + "-Water-Mark").orElseThrow());
    }
}
