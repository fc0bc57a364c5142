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
    private static final byte[] STREAM = JsonText.named("stream");
    private static final byte[] SEQUENCE = JsonText.named("sequence");
    private static final byte[] POSITION = JsonText.named("position");
    private static final byte[] TIME = JsonText.named("time");
    private static final byte[] TYPE = JsonText.named("type");
    private static final byte[] KEY = JsonText.named("key");
    private static final byte[] HEADERS = JsonText.named("headers");
    private static final byte[] CONTENT_TYPE = JsonText.named("contentType");
    private static final byte[] DATA = JsonText.named("data");
    private static final byte[] DATA_BASE64 = JsonText.named("dataBase64");

    private EventJson() {}

    static void write(JsonText json, Event event) {
        json.object();
        json.name(STREAM).string(event.stream());
        json.name(SEQUENCE).number(event.sequence());
        json.name(POSITION).number(event.position());
        json.name(TIME).time(event.time());
        json.name(TYPE).string(event.type());
        json.name(KEY).string(event.key());
        json.name(HEADERS).object();
        for (Map.Entry<String, String> header : event.headers().entrySet()) {
            if (!header.getKey().equals(NewEvent.CONTENT_TYPE)) {
                json.name(header.getKey()).string(header.getValue());
            }
        }
        json.end();
        json.name(CONTENT_TYPE).string(event.contentType());
        switch (Form.of(event)) {
            case JSON -> json.name(DATA).raw(event.data());
            case TEXT -> json.name(DATA).string(event.data());
            case BYTES -> json.name(DATA_BASE64).string(Base64.getEncoder().encode(event.data()));
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
