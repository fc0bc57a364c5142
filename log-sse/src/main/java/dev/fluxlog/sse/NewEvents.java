package dev.fluxlog.sse;

import dev.fluxlog.LogException;
import dev.fluxlog.NewEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes events out of request bodies. JSON is checked, trimmed of the whitespace around it and otherwise kept as it is. */
final class NewEvents {
    private static final String FIELDS = "type, key, headers, contentType, data, dataBase64";

    private NewEvents() {}

    /** One event whose data is the body. */
    static NewEvent one(NewEvent template, String contentType, byte[] body) {
        byte[] data = Media.isJson(contentType) ? json("body", body) : body;
        NewEvent event = new NewEvent(template.type(), template.key(), template.headers(), data);
        return contentType.isEmpty() ? event : event.withContentType(contentType);
    }

    /** An event per line that is not blank. */
    static List<NewEvent> lines(NewEvent template, byte[] body, int eventsMax) {
        List<NewEvent> events = new ArrayList<>();
        int from = 0;
        for (int line = 1; from < body.length; line++) {
            int end = from;
            while (end < body.length && body[end] != '\n') {
                end++;
            }
            byte[] text = Arrays.copyOfRange(body, from, end);
            if (!isBlank(text)) {
                count(events.size() + 1, eventsMax);
                events.add(line(template, text, line));
            }
            from = end + 1;
        }
        return events;
    }

    /** @param number of the line, from 1 */
    static NewEvent line(NewEvent template, byte[] text, long number) {
        if (!Json.isValue(text)) {
            throw Problems.notJson("line " + number, number, 1);
        }
        return new NewEvent(template.type(), template.key(), template.headers(), trimmed(text))
                .withContentType(Media.JSON);
    }

    static boolean isBlank(byte[] text) {
        return trimmed(text).length == 0;
    }

    /** The array of {@code application/vnd.fluxlog.events+json}. */
    static List<NewEvent> array(byte[] body, int eventsMax) {
        return Json.read("body", body, json -> array(json, eventsMax));
    }

    static List<NewEvent> array(Json json, int eventsMax) {
        List<NewEvent> events = new ArrayList<>();
        json.array(i -> {
            count(i + 1, eventsMax);
            events.add(event(json));
        });
        return events;
    }

    private static NewEvent event(Json json) {
        Fields fields = new Fields();
        json.object(name -> {
            switch (name) {
                case "type" -> fields.type = json.string();
                case "key" -> fields.key = json.string();
                case "contentType" -> fields.contentType(json);
                case "headers" -> json.object(header -> fields.headers.put(header, json.string()));
                case "data" -> fields.value(json);
                case "dataBase64" -> fields.base64(json);
                default -> throw json.unknownField(name, FIELDS);
            }
        });
        return fields.event(json);
    }

    private static byte[] json(String what, byte[] body) {
        Json.read(what, body, Json::raw);
        return trimmed(body);
    }

    private static byte[] trimmed(byte[] text) {
        int from = 0;
        int end = text.length;
        while (from < end && isSpace(text[from])) {
            from++;
        }
        while (end > from && isSpace(text[end - 1])) {
            end--;
        }
        return from == 0 && end == text.length ? text : Arrays.copyOfRange(text, from, end);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    static void count(int events, int eventsMax) {
        if (events > eventsMax) {
            throw new Refusal(Problems.of(new LogException.LimitExceeded("batchEventsMax", eventsMax, events)));
        }
    }

    /** The fields of one event, in whatever order they come. */
    static final class Fields {
        private String type = "";
        private String key = "";
        private String contentType = "";
        private final Map<String, String> headers = new TreeMap<>();
        private @Nullable String text;
        private byte @Nullable [] raw;
        private byte @Nullable [] bytes;

        void contentType(Json json) {
            contentType = json.string();
        }

        void value(Json json) {
            text = json.isString() ? json.string() : null;
            raw = json.raw();
        }

        void base64(Json json) {
            bytes = json.base64();
        }

        NewEvent event(Json json) {
            if (headers.containsKey(NewEvent.CONTENT_TYPE)) {
                throw json.wrong(NewEvent.CONTENT_TYPE, "without the header content-type: use contentType");
            }
            if (!contentType.isEmpty() && Media.essence(contentType) == null) {
                throw json.wrong(contentType, "with a media type as contentType");
            }
            byte[] data = data(json);
            NewEvent event = new NewEvent(type, key, headers, data);
            return contentType.isEmpty() ? event : event.withContentType(contentType);
        }

        private byte[] data(Json json) {
            byte[] given = raw;
            byte[] decoded = bytes;
            String string = text;
            if (given != null && decoded != null) {
                throw json.wrong("dataBase64", "with data or dataBase64, not both");
            }
            if (given != null) {
                if (contentType.isEmpty()) {
                    contentType = Media.JSON;
                }
                if (Media.isJson(contentType)) {
                    return given;
                }
                if (string != null && Media.isText(contentType)) {
                    return string.getBytes(StandardCharsets.UTF_8);
                }
                throw json.wrong(contentType, "JSON data, a string of text, or dataBase64");
            }
            byte[] data = decoded == null ? new byte[0] : decoded;
            if (Media.isJson(contentType) && !Json.isValue(data)) {
                throw json.wrong(contentType, "JSON where its content type says so");
            }
            return data;
        }
    }
}
