package dev.fluxlog.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what comes over the wire. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static JsonNode read(String text) {
        return MAPPER.readTree(text);
    }

    /** Bytes of an event whose data is not JSON. */
    static byte[] bytes(JsonNode event) {
        JsonNode base64 = event.get("dataBase64");
        return base64 == null
                ? event.get("data").asString().getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(base64.asString());
    }

    static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
