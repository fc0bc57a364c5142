package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events with any attributes and any data come in by one of the three forms and go out with all they came with. */
class CloudEventsPropertyTest extends Served {
    private static final int EVENTS = 150;
    private static final String[] PIECES = {
        "a", "Z", "7", " ", "\"", "%", "+", "\\", "/", "é", "€", "日本", "\ud83d\ude00", ";="
    };
    private static final Set<String> TAKEN =
            Set.of("data", "sequence", "specversion", "id", "source", "type", "subject", "time", "dataschema");
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final long seed = Long.getLong("fluxlog.test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /**
     * @param attributes all but the content type, as text; a number or a truth value is written the same in JSON
     * @param data null for none; JSON, or the text, or the bytes in Base64
     */
    private record Sent(
            Map<String, String> attributes, Set<String> literals, String contentType, Kind kind, String data) {}

    private enum Kind {
        NONE,
        JSON,
        TEXT,
        BYTES
    }

    @Test
    @Proves("SUB-32")
    void noAttributeNoExtensionAndNoDataIsLost() {
        List<Sent> all = new ArrayList<>();
        while (all.size() < EVENTS) {
            int form = random.nextInt(3);
            List<Sent> some = new ArrayList<>();
            for (int i = form == 2 ? 1 + random.nextInt(5) : 1; i > 0; i--) {
                some.add(draw(all.size() + some.size()));
            }
            Answer answer = form == 0 ? binary(some.get(0)) : structured(some, form == 2);
            assertThat(answer.status()).as("seed %s: %s", seed, answer.body()).isEqualTo(201);
            assertThat((form == 0 ? binary(some.get(0)) : structured(some, form == 2)).status())
                    .as("a repeat, seed %s", seed)
                    .isEqualTo(200);
            all.addAll(some);
        }
        List<JsonNode> out = new ArrayList<>();
        for (int from = 1; from <= all.size(); from += 100) {
            String body = ask("GET /streams/a?from=" + from, "Accept: application/cloudevents-batch+json")
                    .body();
            MAPPER.readTree(body).forEach(out::add);
        }

        assertThat(out).hasSameSizeAs(all);
        for (int i = 0; i < all.size(); i++) {
            compare(all.get(i), out.get(i), i + 1);
        }
    }

    private void compare(Sent sent, JsonNode out, int sequence) {
        Map<String, String> attributes = new TreeMap<>();
        out.properties().stream()
                .filter(field ->
                        !Set.of("data", "data_base64", "datacontenttype").contains(field.getKey()))
                .forEach(
                        field -> attributes.put(field.getKey(), field.getValue().asString()));
        Map<String, String> expected = new TreeMap<>(sent.attributes);
        expected.put("sequence", String.format("%019d", sequence));
        if (!expected.containsKey("time")) {
            attributes.remove("time");
        }
        assertThat(attributes).as("seed %s", seed).isEqualTo(expected);
        if (!sent.contentType.isEmpty()) {
            assertThat(out.get("datacontenttype").asString()).isEqualTo(sent.contentType);
        }
        switch (sent.kind) {
            case NONE ->
                assertThat(out.has("data") || out.has("data_base64"))
                        .as("seed %s", seed)
                        .isFalse();
            case JSON -> assertThat(out.get("data")).as("seed %s", seed).isEqualTo(MAPPER.readTree(sent.data));
            case TEXT ->
                assertThat(out.get("data").asString()).as("seed %s", seed).isEqualTo(sent.data);
            case BYTES ->
                assertThat(out.get("data_base64").asString())
                        .as("seed %s", seed)
                        .isEqualTo(sent.data);
        }
    }

    private Sent draw(int number) {
        Map<String, String> attributes = new TreeMap<>();
        Set<String> literals = new java.util.HashSet<>();
        attributes.put("specversion", "1.0");
        attributes.put("id", text() + number);
        attributes.put("source", text());
        attributes.put("type", text());
        for (String name : List.of("subject", "dataschema")) {
            if (random.nextBoolean()) {
                attributes.put(name, text());
            }
        }
        if (random.nextBoolean()) {
            attributes.put("time", "2018-04-05T17:31:" + (10 + random.nextInt(50)) + "Z");
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            String name = name();
            int kind = random.nextInt(3);
            attributes.put(name, kind == 0 ? text() : kind == 1 ? Integer.toString(random.nextInt()) : "true");
            if (kind == 0) {
                literals.remove(name);
            } else {
                literals.add(name);
            }
        }
        byte[] bytes = new byte[1 + random.nextInt(40)];
        random.nextBytes(bytes);
        return switch (Kind.values()[random.nextInt(4)]) {
            case NONE -> new Sent(attributes, literals, "", Kind.NONE, "");
            case JSON ->
                new Sent(
                        attributes,
                        literals,
                        "application/json",
                        Kind.JSON,
                        "{\"n\":[1.50,null," + quoted(text()) + "]}");
            case TEXT -> new Sent(attributes, literals, "text/plain", Kind.TEXT, text());
            case BYTES ->
                new Sent(
                        attributes,
                        literals,
                        "image/png",
                        Kind.BYTES,
                        Base64.getEncoder().encodeToString(bytes));
        };
    }

    private Answer structured(List<Sent> some, boolean batch) {
        List<String> objects = new ArrayList<>();
        for (Sent sent : some) {
            StringBuilder json = new StringBuilder("{");
            sent.attributes.forEach((name, value) -> json.append(quoted(name))
                    .append(':')
                    .append(sent.literals.contains(name) ? value : quoted(value))
                    .append(','));
            if (!sent.contentType.isEmpty()) {
                json.append("\"datacontenttype\":")
                        .append(quoted(sent.contentType))
                        .append(',');
            }
            switch (sent.kind) {
                case NONE -> json.append("\"nothing\":null");
                case JSON -> json.append("\"data\":").append(sent.data);
                case TEXT -> json.append("\"data\":").append(quoted(sent.data));
                case BYTES -> json.append("\"data_base64\":").append(quoted(sent.data));
            }
            objects.add(json + "}");
        }
        return batch
                ? send("POST /streams/a", "application/cloudevents-batch+json", objects.toString())
                : send("POST /streams/a", "application/cloudevents+json", objects.get(0));
    }

    private Answer binary(Sent sent) {
        byte[] body = switch (sent.kind) {
            case NONE -> new byte[0];
            case BYTES -> Base64.getDecoder().decode(sent.data);
            default -> sent.data.getBytes(StandardCharsets.UTF_8);
        };
        StringBuilder head = new StringBuilder("POST /streams/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: ")
                .append(body.length)
                .append("\r\n");
        if (!sent.contentType.isEmpty()) {
            head.append("Content-Type: ").append(sent.contentType).append("\r\n");
        }
        sent.attributes.forEach((name, value) -> head.append("ce-")
                .append(name)
                .append(": ")
                .append(encoded(value))
                .append("\r\n"));
        return connect().raw(head + "\r\n").raw(body).answer();
    }

    /** As the HTTP binding has it (section 3.1.3.2): spaces, quotes, percent signs and all that is not ASCII. */
    private static String encoded(String value) {
        StringBuilder out = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b > 0x20 && b < 0x7F && b != '"' && b != '%';
            out.append(plain ? Character.toString((char) b) : String.format("%%%02X", b & 0xFF));
        }
        return out.toString();
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        for (int i = 1 + random.nextInt(20); i > 0; i--) {
            name.append("abcdefghijklmnopqrstuvwxyz0123456789".charAt(random.nextInt(36)));
        }
        return TAKEN.contains(name.toString()) ? name() : name.toString();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static String quoted(String text) {
        return MAPPER.writeValueAsString(text);
    }
}
