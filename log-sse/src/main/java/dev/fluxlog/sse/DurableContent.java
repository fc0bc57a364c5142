package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.NewEvent;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Between bodies and events, by the content type of the stream.
 *
 * <p>A stream of JSON has an event for each value: an array in a request is taken apart one level, and an answer is an
 * array. In any other stream a request body is an event, and an answer is the data of its events without anything in
 * between.
 */
final class DurableContent {
    static final String TYPE_DEFAULT = "application/octet-stream";

    private final String contentType;
    private final boolean json;

    /** @param contentType that of the stream, empty for none */
    DurableContent(String contentType) {
        String safe = StreamHead.safe(contentType);
        this.contentType = safe.isEmpty() ? TYPE_DEFAULT : safe;
        this.json = Media.JSON.equals(Media.essence(safe));
    }

    String contentType() {
        return contentType;
    }

    boolean isJson() {
        return json;
    }

    /** Whether a live body can carry the data as it is; else it goes in Base64. */
    boolean isText() {
        String essence = Media.essence(contentType);
        return json || (essence != null && essence.startsWith("text/"));
    }

    boolean accepts(String other) {
        String essence = Media.essence(contentType);
        return essence != null && essence.equals(Media.essence(other));
    }

    /** The events of a request body that is not empty; no event for an empty array. */
    List<NewEvent> events(byte[] body) {
        if (!json) {
            return List.of(event(body));
        }
        List<NewEvent> events = new ArrayList<>();
        return Json.read("body", body, reader -> {
            if (reader.isArray()) {
                reader.array(i -> events.add(event(reader.raw())));
            } else {
                events.add(event(reader.raw()));
            }
            return events;
        });
    }

    NewEvent event(byte[] data) {
        return NewEvent.of(data).withContentType(contentType);
    }

    /** The body of an answer. */
    void write(ByteBuf out, List<Event> events) {
        if (!json) {
            events.forEach(event -> out.writeBytes(event.data()));
            return;
        }
        JsonText text = new JsonText(out).array();
        events.forEach(event -> value(text, event));
        text.endArray();
    }

    /** What is no JSON, because it came another way, is told as a string. */
    private static void value(JsonText text, Event event) {
        switch (EventJson.Form.of(event)) {
            case JSON -> text.raw(event.data());
            case TEXT -> text.string(event.data());
            case BYTES -> text.string(Base64.getEncoder().encode(event.data()));
        }
    }
}
