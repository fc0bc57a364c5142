package dev.fluxlog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An event before it has a place.
 *
 * <p>Immutable; equal by content. Strings must be valid Unicode (no unpaired surrogates). Bounds in bytes of UTF-8:
 * type {@value #TYPE_BYTES_MAX}, key {@value #KEY_BYTES_MAX}, all headers together {@value #HEADERS_BYTES_MAX}; the
 * bound of the data is the log's ({@link LogOptions#eventBytesMax()}).
 *
 * @param type what kind of fact it is, empty for none
 * @param key what the fact is about, empty for none
 * @param headers names and values beside the data, sorted by name; {@link #CONTENT_TYPE} is known to the gateway
 * @param data opaque bytes, at least 0; copied in, do not modify the array handed out
 */
public record NewEvent(String type, String key, Map<String, String> headers, byte[] data) {
    /** Header that holds the media type of the data. */
    public static final String CONTENT_TYPE = "content-type";

    public static final int TYPE_BYTES_MAX = 1024;
    public static final int KEY_BYTES_MAX = 4096;
    public static final int HEADERS_BYTES_MAX = 64 << 10;

    public NewEvent {
        Text.check("type", type, TYPE_BYTES_MAX);
        Text.check("key", key, KEY_BYTES_MAX);
        headers = sorted(headers);
        data = data.clone();
    }

    /** An event with data only. */
    public static NewEvent of(byte[] data) {
        return new NewEvent("", "", Map.of(), data);
    }

    /** An event whose data is a text in UTF-8, with the content type {@code text/plain; charset=utf-8}. */
    public static NewEvent text(String data) {
        return of(data.getBytes(StandardCharsets.UTF_8)).withContentType("text/plain; charset=utf-8");
    }

    /** An event whose data is JSON, with the content type {@code application/json}; the text is not checked. */
    public static NewEvent json(String data) {
        return of(data.getBytes(StandardCharsets.UTF_8)).withContentType("application/json");
    }

    public NewEvent withType(String newType) {
        return new NewEvent(newType, key, headers, data);
    }

    public NewEvent withKey(String newKey) {
        return new NewEvent(type, newKey, headers, data);
    }

    public NewEvent withHeader(String name, String value) {
        SortedMap<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new NewEvent(type, key, more, data);
    }

    public NewEvent withContentType(String mediaType) {
        return withHeader(CONTENT_TYPE, mediaType);
    }

    private static Map<String, String> sorted(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return Map.of();
        }
        long total = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            total += Text.check("header name", header.getKey(), HEADERS_BYTES_MAX);
            total += Text.check("header value", header.getValue(), HEADERS_BYTES_MAX);
        }
        if (total > HEADERS_BYTES_MAX) {
            throw new LogException.TooLarge("headersBytesMax", HEADERS_BYTES_MAX, total);
        }
        return Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NewEvent that
                && type.equals(that.type)
                && key.equals(that.key)
                && headers.equals(that.headers)
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * type.hashCode() + key.hashCode()) + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "NewEvent[type=" + type + ", key=" + key + ", headers=" + headers + ", " + data.length + " bytes]";
    }
}
