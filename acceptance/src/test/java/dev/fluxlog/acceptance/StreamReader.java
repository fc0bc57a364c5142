package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.acceptance.Ledger.Stored;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Creates streams and reads them from the first event to the tail, over a server that stays. */
final class StreamReader {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private StreamReader() {}

    static void create(String url, String stream) throws IOException, InterruptedException {
        HttpRequest create = HttpRequest.newBuilder(URI.create(url + "/streams/" + stream))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(HTTP.send(create, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(201);
    }

    static List<Stored> read(String url, String stream) throws IOException, InterruptedException {
        List<Stored> events = new ArrayList<>();
        while (true) {
            HttpRequest page = HttpRequest.newBuilder(
                            URI.create(url + "/streams/" + stream + "?after=" + events.size() + "&limit=1000"))
                    .header("Accept", "application/json")
                    .build();
            HttpResponse<String> answer = HTTP.send(page, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode body = Json.read(answer.body());
            body.get("events")
                    .forEach(event -> events.add(new Stored(
                            event.get("sequence").asLong(),
                            event.get("position").asLong(),
                            Json.bytes(event))));
            if (body.get("atTail").asBoolean()) {
                return events;
            }
        }
    }
}
