package dev.fluxlog.cli;

import dev.fluxlog.Event;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamInfo;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON of the command: the one class that knows Jackson.
 *
 * <p>Data is never re-encoded: a JSON payload stands in an event line character by character (line breaks between its
 * tokens become spaces), and what cannot stand there unchanged is given in base64.
 */
final class EventJson {
    private static final JsonFactory JSON = new JsonFactory();

    private EventJson() {}

    /** The event as the gateway prints it. */
    static EventLine line(Event event) {
        StringWriter out = new StringWriter(event.data().length + 256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("stream", event.stream());
            json.writeNumberProperty("sequence", event.sequence());
            json.writeNumberProperty("position", event.position());
            content(json, event, false);
            json.writeEndObject();
        }
        return new EventLine(event.sequence(), out.toString());
    }

    /** The event as an export holds it: without its position, and with data that comes back byte for byte. */
    static String exported(Event event) {
        StringWriter out = new StringWriter(event.data().length + 256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeNumberProperty("sequence", event.sequence());
            content(json, event, true);
            json.writeEndObject();
        }
        return out.toString();
    }

    /** @param exact whether JSON with line breaks, which a line cannot hold as it is, is given in base64 */
    private static void content(JsonGenerator json, Event event, boolean exact) {
        json.writeStringProperty("time", event.time().toString());
        json.writeStringProperty("type", event.type());
        json.writeStringProperty("key", event.key());
        json.writeObjectPropertyStart("headers");
        event.headers().forEach((name, value) -> {
            if (!name.equals(NewEvent.CONTENT_TYPE)) {
                json.writeStringProperty(name, value);
            }
        });
        json.writeEndObject();
        json.writeStringProperty("contentType", event.contentType());
        data(json, event, exact);
    }

    private static void data(JsonGenerator json, Event event, boolean exact) {
        Optional<String> text = utf8(event.data());
        if (text.isPresent() && isJson(event.contentType()) && canStandInLine(text.get(), exact)) {
            json.writeName("data");
            json.writeRawValue(text.get().replace('\n', ' ').replace('\r', ' '));
        } else if (text.isPresent() && isText(event.contentType())) {
            json.writeStringProperty("data", text.get());
        } else {
            json.writeName("dataBase64");
            json.writeBinary(event.data());
        }
    }

    /** White space around a value is not part of it, and would not come back. */
    private static boolean canStandInLine(String text, boolean exact) {
        boolean altered = text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0 || !text.equals(text.strip());
        return !(exact && altered) && isJsonValue(text);
    }

    /** An event from its line, as it was exported or as a gateway printed it. */
    static Event event(String stream, String line) {
        Map<String, Object> facts = object(line);
        Map<String, String> headers = new TreeMap<>();
        if (facts.get("headers") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> headers.put(String.valueOf(name), String.valueOf(value)));
        }
        String contentType = String.valueOf(facts.getOrDefault("contentType", ""));
        if (!contentType.isEmpty()) {
            headers.put(NewEvent.CONTENT_TYPE, contentType);
        }
        try {
            return new Event(
                    stream,
                    facts.get("sequence") instanceof Long sequence ? sequence : 0,
                    facts.get("position") instanceof Long position ? position : 0,
                    Instant.parse(String.valueOf(facts.get("time"))),
                    String.valueOf(facts.getOrDefault("type", "")),
                    String.valueOf(facts.getOrDefault("key", "")),
                    headers,
                    data(line, facts, contentType));
        } catch (DateTimeException | IllegalArgumentException damaged) {
            throw new Lost("The line is not an event", damaged);
        }
    }

    private static byte[] data(String line, Map<String, Object> facts, String contentType) {
        if (facts.get("dataBase64") instanceof String encoded) {
            return Base64.getDecoder().decode(encoded);
        }
        String text = isJson(contentType) ? rawData(line) : String.valueOf(facts.getOrDefault("data", ""));
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The value of {@code data}, character by character. */
    private static String rawData(String line) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean wanted = parser.currentName().equals("data");
                parser.nextToken();
                int from = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                if (wanted) {
                    parser.finishToken();
                    int behind = (int) parser.currentLocation().getCharOffset();
                    return line.substring(from, behind).strip();
                }
            }
            throw new Lost("The line has no data", null);
        } catch (JacksonException damaged) {
            throw new Lost("The line is not the JSON that was expected", damaged);
        }
    }

    /** Body of an append in {@code application/vnd.fluxlog.events+json}: the bytes of each event arrive as they are. */
    static byte[] batch(List<NewEvent> events) {
        StringWriter out = new StringWriter(1024);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartArray();
            for (NewEvent event : events) {
                json.writeStartObject();
                if (!event.type().isEmpty()) {
                    json.writeStringProperty("type", event.type());
                }
                if (!event.key().isEmpty()) {
                    json.writeStringProperty("key", event.key());
                }
                headers(json, event);
                json.writeName("dataBase64");
                json.writeBinary(event.data());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void headers(JsonGenerator json, NewEvent event) {
        Map<String, String> others = new LinkedHashMap<>(event.headers());
        String contentType = others.remove(NewEvent.CONTENT_TYPE);
        if (contentType != null) {
            json.writeStringProperty("contentType", contentType);
        }
        if (!others.isEmpty()) {
            json.writeObjectPropertyStart("headers");
            others.forEach(json::writeStringProperty);
            json.writeEndObject();
        }
    }

    /** One line that describes a stream. */
    static String line(StreamInfo info) {
        StringWriter out = new StringWriter(128);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("stream", info.name());
            json.writeNumberProperty("lowWaterMark", info.lowWaterMark());
            json.writeNumberProperty("highWaterMark", info.highWaterMark());
            json.writeNumberProperty("events", info.events());
            json.writeBooleanProperty("sealed", info.sealed());
            json.writeStringProperty("contentType", info.settings().contentType());
            json.writeEndObject();
        }
        return out.toString();
    }

    /** Whether the text is one JSON value and nothing else. */
    static boolean isJsonValue(String text) {
        // A byte order mark would be legal at the start of a document and is not inside another.
        if (text.startsWith("\uFEFF")) {
            return false;
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException notJson) {
            return false;
        }
    }

    /** A number of a JSON object, at its top level. */
    static long number(String object, String name) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), object)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String found = parser.currentName();
                parser.nextToken();
                if (found.equals(name)) {
                    return parser.getLongValue();
                }
                parser.skipChildren();
            }
            throw new Lost("The answer lacks '" + name + "'", null);
        } catch (JacksonException damaged) {
            throw new Lost("The answer is not the JSON that was expected", damaged);
        }
    }

    /**
     * A whole JSON object: strings, numbers as {@link Long} or {@link BigDecimal}, booleans, lists, maps in the order
     * written; null is left out.
     */
    static Map<String, Object> object(String text) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == JsonToken.START_OBJECT && value(parser).orElseThrow() instanceof Map<?, ?> map) {
                Map<String, Object> object = new LinkedHashMap<>();
                map.forEach((name, value) -> object.put((String) name, value));
                return object;
            }
            throw new Lost("The answer is not the JSON that was expected", null);
        } catch (JacksonException damaged) {
            throw new Lost("The answer is not the JSON that was expected", damaged);
        }
    }

    private static Optional<Object> value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> object = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    value(parser).ifPresent(value -> object.put(name, value));
                }
                yield Optional.of(object);
            }
            case START_ARRAY -> {
                List<Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    value(parser).ifPresent(array::add);
                }
                yield Optional.of(array);
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                BigDecimal number = parser.getDecimalValue();
                boolean small = number.scale() == 0 && number.precision() <= 18;
                yield Optional.of(small ? (Object) number.longValueExact() : number);
            }
            case VALUE_TRUE -> Optional.of(true);
            case VALUE_FALSE -> Optional.of(false);
            case VALUE_NULL -> Optional.empty();
            default -> Optional.of(parser.getString());
        };
    }

    /** The opposite: maps, lists, strings, longs and booleans as JSON on one line. */
    static String text(Map<String, Object> object) {
        StringWriter out = new StringWriter(1024);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            write(json, object);
        }
        return out.toString();
    }

    private static void write(JsonGenerator json, Object value) {
        if (value instanceof Map<?, ?> object) {
            json.writeStartObject();
            object.forEach((name, member) -> {
                json.writeName(String.valueOf(name));
                write(json, member);
            });
            json.writeEndObject();
        } else if (value instanceof List<?> array) {
            json.writeStartArray();
            array.forEach(element -> write(json, element));
            json.writeEndArray();
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else {
            json.writeString(String.valueOf(value));
        }
    }

    /** Strict: empty for bytes that are not UTF-8. */
    static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty();
        }
    }

    private static boolean isJson(String contentType) {
        String media = media(contentType);
        return media.equals("application/json") || media.endsWith("+json");
    }

    private static boolean isText(String contentType) {
        String lower = contentType.toLowerCase(Locale.ROOT);
        boolean unicode = !lower.contains("charset") || lower.contains("utf-8") || lower.contains("us-ascii");
        return unicode && media(contentType).startsWith("text/");
    }

    private static String media(String contentType) {
        int semicolon = contentType.indexOf(';');
        String media = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return media.strip().toLowerCase(Locale.ROOT);
    }
}
