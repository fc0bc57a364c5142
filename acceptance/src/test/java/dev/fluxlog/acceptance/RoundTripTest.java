package dev.fluxlog.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.chronicle.ChronicleLog;
import dev.fluxlog.spec.Proves;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What goes in through the library, over HTTP or by the command comes out of each of them, also after a restart. */
@Proves({"STR-10", "TST-2"})
@ExtendWith(NothingLeftBehind.class)
class RoundTripTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SEED = Long.getLong("fluxlog.test.seed", 1);

    @TempDir
    private Path scratch = Path.of("");

    private final SampleEvents samples = new SampleEvents(SEED);
    private final List<NewEvent> events = samples.events(120);
    private final Map<String, List<NewEvent>> expected = new TreeMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void every_way_in_and_every_way_out_agree() throws Exception {
        throughTheLibrary();
        try (ServerProcess server = ServerProcess.start(scratch, data())) {
            overHttp(server.url());
            byCommand(server.url());
            server.stop();
        }
        compareInTheLibrary();
        try (ServerProcess server = ServerProcess.start(scratch, data())) {
            compareOverHttp(server.url());
            compareByCommand("--url", server.url());
            server.stop();
        }
        compareByCommand("--data", data().toString());
    }

    private void throughTheLibrary() {
        EventLog log = open();
        log.stream("library").append(events).block(PATIENCE);
        log.close().block(PATIENCE);
        expected.put("library", events);
    }

    private void overHttp(String url) throws Exception {
        List<Object> body = new ArrayList<>();
        for (NewEvent event : events) {
            Map<String, String> headers = new TreeMap<>(event.headers());
            String contentType = headers.remove(NewEvent.CONTENT_TYPE);
            Map<String, Object> json = new LinkedHashMap<>(
                    Map.of("type", event.type(), "key", event.key(), "headers", headers, "dataBase64", base64(event)));
            if (contentType != null) {
                json.put("contentType", contentType);
            }
            body.add(json);
        }
        post(url + "/streams/http", "application/vnd.fluxlog.events+json", SampleEvents.utf8(Json.write(body)));
        expected.put("http", events);

        List<String> lines = samples.json(60);
        post(url + "/streams/lines", "application/x-ndjson", SampleEvents.utf8(String.join("\n", lines)));
        expected.put("lines", lines.stream().map(NewEvent::json).toList());
    }

    private void byCommand(String url) {
        List<String> lines = samples.json(60);
        run(SampleEvents.utf8(String.join("\n", lines)), "append", "command/json", "--json", "--url", url);
        expected.put("command/json", lines.stream().map(NewEvent::json).toList());

        byte[] bytes = {0, (byte) 0xff, '\n', '\r', (byte) 0x80, 0};
        run(bytes, "append", "command/whole", "--whole", "--type", "\uD83D\uDE00", "--header", "h=v=w", "--url", url);
        run(new byte[0], "append", "command/whole", "--whole", "--content-type", "text/plain", "--url", url);
        expected.put(
                "command/whole",
                List.of(
                        NewEvent.of(bytes)
                                .withContentType("application/octet-stream")
                                .withType("\uD83D\uDE00")
                                .withHeader("h", "v=w"),
                        NewEvent.of(new byte[0]).withContentType("text/plain")));

        run(SampleEvents.utf8("a\n\n\u2028\r\n\uD83D\uDE00"), "append", "command/text", "--url", url);
        expected.put(
                "command/text",
                List.of(
                        NewEvent.text("a"),
                        NewEvent.text(""),
                        NewEvent.text("\u2028\r"),
                        NewEvent.text("\uD83D\uDE00")));
    }

    private void compareInTheLibrary() {
        EventLog log = open();
        expected.forEach((stream, sent) -> {
            List<Event> read = log.stream(stream)
                    .read(ReadOptions.forward(From.start()))
                    .collectList()
                    .blockOptional(PATIENCE)
                    .orElseThrow();
            assertThat(read.stream()
                            .map(event -> new NewEvent(event.type(), event.key(), event.headers(), event.data())))
                    .as("%s in the library, seed %d", stream, SEED)
                    .containsExactlyElementsOf(sent);
        });
        log.close().block(PATIENCE);
    }

    private void compareOverHttp(String url) throws Exception {
        for (Map.Entry<String, List<NewEvent>> stream : expected.entrySet()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(url + "/streams/" + stream.getKey() + "?limit=1000"))
                    .header("Accept", "application/x-ndjson")
                    .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            compareLines(stream.getKey() + " over HTTP", List.of(answer.body().split("\n", -1)), stream.getValue());
        }
    }

    private void compareByCommand(String option, String value) {
        expected.forEach((stream, sent) ->
                compareLines(stream + " by command " + option, run(new byte[0], "read", stream, option, value), sent));
    }

    private static void compareLines(String where, List<String> lines, List<NewEvent> sent) {
        List<String> whole = lines.stream().filter(line -> !line.isEmpty()).toList();
        assertThat(whole).as(where).hasSameSizeAs(sent);
        for (int i = 0; i < sent.size(); i++) {
            compareLine(where + " " + (i + 1) + ", seed " + SEED, whole.get(i), sent.get(i));
        }
    }

    private static void compareLine(String where, String line, NewEvent sent) {
        JsonNode event = Json.read(line);
        Map<String, String> headers = new TreeMap<>();
        event.get("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asString()));
        String contentType = event.get("contentType").asString();
        if (!contentType.isEmpty()) {
            headers.put(NewEvent.CONTENT_TYPE, contentType);
        }
        byte[] data = sent.data();
        if (contentType.equals("application/json")) {
            String raw = new String(data, StandardCharsets.UTF_8);
            assertThat(line).as(where).endsWith("\"data\":" + raw + "}");
        } else {
            data = Json.bytes(event);
        }
        assertThat(new NewEvent(event.get("type").asString(), event.get("key").asString(), headers, data))
                .as(where)
                .isEqualTo(sent);
    }

    private EventLog open() {
        return ChronicleLog.open(data()).blockOptional(PATIENCE).orElseThrow();
    }

    private List<String> run(byte[] input, String... words) {
        ChildProcess.Ended ended = ChildProcess.run(scratch, input, words);
        assertThat(ended.code()).as(ended.notices()).isZero();
        return ended.output();
    }

    private void post(String url, String contentType, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private Path data() {
        return scratch.resolve("data");
    }

    private static String base64(NewEvent event) {
        return Base64.getEncoder().encodeToString(event.data());
    }
}
