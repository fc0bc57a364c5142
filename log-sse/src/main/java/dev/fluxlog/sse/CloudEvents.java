package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.NewEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * CloudEvents 1.0 as events of a log, and back.
 *
 * <p>The type is the type of the event, {@code datacontenttype} its content type; every other attribute and extension is
 * a header of its own with {@code ce-} before its name, in the canonical form as text. What goes out has the extension
 * {@code sequence}; one that comes in with it is refused, since nobody could tell the two apart.
 */
final class CloudEvents {
    static final String ONE = "application/cloudevents+json";
    static final String BATCH = "application/cloudevents-batch+json";

    private static final String PREFIX = "ce-";
    private static final String VERSION = "specversion";
    private static final List<String> RESERVED = List.of("data", "datacontenttype", "sequence");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,100}");

    private CloudEvents() {}

    /** Whether the headers of a request say that its body is the data of one. */
    static boolean isBinary(Exchange exchange) {
        return exchange.request().requestHeaders().contains(PREFIX + VERSION);
    }

    /** One whose attributes are headers (HTTP protocol binding, section 3.1). */
    static NewEvent binary(Exchange exchange, NewEvent template, String contentType, byte[] body) {
        Attributes attributes = new Attributes(template);
        for (Map.Entry<String, String> header : exchange.request().requestHeaders()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(PREFIX)) {
                String value = Names.decode(header.getValue().trim());
                if (value == null || attributes.has(name)) {
                    throw Problems.invalid(header.getKey(), "", "given once, as percent-encoded UTF-8");
                }
                attributes.put(name.substring(PREFIX.length()), value);
            }
        }
        return attributes.on(NewEvents.one(template, contentType, body));
    }

    /** One as a JSON object, or several as an array of them. */
    static List<NewEvent> structured(byte[] body, NewEvent template, int eventsMax) {
        return Json.read("body", body, json -> {
            List<NewEvent> events = new ArrayList<>();
            if (json.isArray()) {
                json.array(i -> {
                    NewEvents.count(i + 1, eventsMax);
                    events.add(object(json, template));
                });
            } else {
                events.add(object(json, template));
            }
            return events;
        });
    }

    private static NewEvent object(Json json, NewEvent template) {
        Attributes attributes = new Attributes(template);
        NewEvents.Fields data = new NewEvents.Fields();
        json.object(name -> {
            switch (name) {
                case "data" -> data.value(json);
                case "data_base64" -> data.base64(json);
                case "datacontenttype" -> data.contentType(json);
                default -> {
                    String value = json.isString() ? json.string() : scalar(json);
                    if (!value.equals("null")) {
                        attributes.put(name, value);
                    }
                }
            }
        });
        return attributes.on(data.event(json));
    }

    /** Numbers and truth values are written alike in JSON and in the canonical form of CloudEvents. */
    private static String scalar(Json json) {
        String text = new String(json.raw(), StandardCharsets.UTF_8);
        if (text.startsWith("{") || text.startsWith("[")) {
            throw json.wrong("", "a string, a number or a truth value");
        }
        return text;
    }

    /** Makes a repeat of the same events answer the first result: {@code source} and {@code id} name an event for ever. */
    static String idempotencyKey(List<NewEvent> events) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (NewEvent event : events) {
                for (String name : List.of("source", "id")) {
                    byte[] value =
                            event.headers().getOrDefault(PREFIX + name, "").getBytes(StandardCharsets.UTF_8);
                    digest.update((value.length + ":").getBytes(StandardCharsets.US_ASCII));
                    digest.update(value);
                }
            }
            return "cloudevents:" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What came in as one goes out as it came; any other event is one of this log. */
    static void write(JsonText json, Event event) {
        Map<String, String> own = new TreeMap<>();
        own.put(VERSION, "1.0");
        own.put("id", Long.toString(event.sequence()));
        own.put("source", Names.path(event.stream()));
        own.put("time", event.time().toString());
        // The extension for distributed tracing has these names.
        for (String name : List.of(TraceContext.PARENT, TraceContext.STATE)) {
            if (event.headers().containsKey(name)) {
                own.put(name, event.headers().getOrDefault(name, ""));
            }
        }
        event.headers().forEach((name, value) -> {
            if (name.startsWith(PREFIX)
                    && NAME.matcher(name.substring(PREFIX.length())).matches()) {
                own.put(name.substring(PREFIX.length()), value);
            }
        });
        own.put("type", event.type().isEmpty() ? "dev.fluxlog.event" : event.type());
        own.put("sequence", String.format(Locale.ROOT, "%019d", event.sequence()));
        if (!event.contentType().isEmpty()) {
            own.put("datacontenttype", event.contentType());
        }
        json.object();
        own.forEach((name, value) -> json.name(name).string(value));
        switch (EventJson.Form.of(event)) {
            case JSON -> json.name("data").raw(event.data());
            case TEXT -> json.name("data").string(event.data());
            case BYTES -> {
                if (event.data().length > 0) {
                    json.name("data_base64").string(Base64.getEncoder().encode(event.data()));
                }
            }
        }
        json.end();
    }

    /** What is known of one event beside its data. */
    private static final class Attributes {
        private final Map<String, String> headers;

        Attributes(NewEvent template) {
            this.headers = new TreeMap<>(template.headers());
        }

        boolean has(String header) {
            return headers.containsKey(header);
        }

        void put(String name, String value) {
            if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
                throw Problems.invalid(PREFIX + name, value, "named with a-z and 0-9, and none of " + RESERVED);
            }
            headers.put(PREFIX + name, value);
        }

        NewEvent on(NewEvent data) {
            for (String name : List.of("id", "source", "type", VERSION)) {
                if (headers.getOrDefault(PREFIX + name, "").isEmpty()) {
                    throw Problems.invalid(PREFIX + name, "", "given and not empty");
                }
            }
            String version = headers.getOrDefault(PREFIX + VERSION, "");
            if (!version.equals("1.0")) {
                throw Problems.invalid(PREFIX + VERSION, version, "1.0");
            }
            String type = headers.getOrDefault(PREFIX + "type", "");
            headers.remove(PREFIX + "type");
            NewEvent event = new NewEvent(type, data.key(), headers, data.data());
            String contentType = data.headers().getOrDefault(NewEvent.CONTENT_TYPE, "");
            return contentType.isEmpty() ? event : event.withContentType(contentType);
        }
    }
}
