package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.NewEvent;
import java.util.Base64;
import java.util.Map;

/**
 * The event as clients see it: one JSON object on one line.
 *
 * <p>{@code data} is the JSON value when the content type is JSON, copied byte by byte; a string when it is text; else
 * there is {@code dataBase64}, also for data that is not what its content type says.
 */
final class EventJson {
    private EventJson() {}

    static void write(JsonText json, Event event) {
        json.object();
        json.name("stream").string(event.stream());
        json.name("sequence").number(event.sequence());
        json.name("position").number(event.position());
        json.name("time").string(event.time().toString());
        json.name("type").string(event.type());
        json.name("key").string(event.key());
        json.name("headers").object();
        for (Map.Entry<String, String> header : event.headers().entrySet()) {
            if (!header.getKey().equals(NewEvent.CONTENT_TYPE)) {
                json.name(header.getKey()).string(header.getValue());
            }
        }
        json.end();
        json.name("contentType").string(event.contentType());
        switch (Form.of(event)) {
            case JSON -> json.name("data").raw(event.data());
            case TEXT -> json.name("data").string(event.data());
            case BYTES -> json.name("dataBase64").string(Base64.getEncoder().encode(event.data()));
        }
        json.end();
    }

    /** What the data of an event can be shown as. */
    enum Form {
        JSON,
        TEXT,
        BYTES;

        static Form of(Event event) {
            String contentType = event.contentType();
            if (Media.isJson(contentType)) {
                return Json.isValue(event.data()) ? JSON : BYTES;
            }
            return Media.isText(contentType) && Utf8.isValid(event.data()) ? TEXT : BYTES;
        }
    }
}
