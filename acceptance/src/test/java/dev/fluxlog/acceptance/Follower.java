package dev.fluxlog.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import tools.jackson.databind.JsonNode;

/** A client that follows one stream from its first event and resumes with the id of the last frame it got whole. */
final class Follower implements Callable<Void> {
    private final String stream;
    private final CurrentServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Payload of sequence 1, 2, 3 and so on. */
    private final List<byte[]> seen = new ArrayList<>();

    private final List<String> complaints = new ArrayList<>();
    private String lastEventId = "";
    private int connections;

    Follower(String stream, CurrentServer server) {
        this.stream = stream;
        this.server = server;
    }

    String stream() {
        return stream;
    }

    synchronized List<byte[]> seen() {
        return List.copyOf(seen);
    }

    synchronized int count() {
        return seen.size();
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    synchronized int connections() {
        return connections;
    }

    @Override
    public Void call() throws InterruptedException {
        for (String url = server.await(); !url.isEmpty() && complaints().isEmpty(); url = server.await()) {
            try {
                follow(url);
            } catch (IOException cut) {
                // Resume where the last whole frame ended.
            }
        }
        return null;
    }

    private void follow(String url) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(url + "/streams/" + stream + (lastEventId.isEmpty() ? "?from=start" : "")))
                .header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            if (response.statusCode() != 200) {
                complain("status " + response.statusCode());
                return;
            }
            synchronized (this) {
                connections++;
            }
            frames(lines);
        }
    }

    private void frames(BufferedReader lines) throws IOException {
        String name = "";
        String data = "";
        String id = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                frame(name, data, id);
                name = "";
                data = "";
                id = "";
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            }
        }
    }

    private synchronized void frame(String name, String data, String id) {
        if (!id.isEmpty()) {
            lastEventId = id;
        }
        if (name.equals("gap") || name.equals("ahead")) {
            complain(name + " " + data);
        } else if (name.isEmpty() && !data.isEmpty()) {
            JsonNode event = Json.read(data);
            long sequence = event.get("sequence").asLong();
            if (sequence != seen.size() + 1 || !id.equals(Long.toString(sequence))) {
                complain("sequence " + sequence + ", id " + id + " after " + seen.size());
            }
            seen.add(Json.bytes(event));
        }
    }

    private synchronized void complain(String what) {
        complaints.add(stream + ": " + what);
    }
}
