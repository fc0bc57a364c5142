package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What went wrong, as RFC 9457 has it.
 *
 * @param code last segment of the {@code type}; that of a failed log is {@link dev.fluxlog.LogException#code()}
 * @param title the same for every problem of the code
 * @param detail a sentence about this one; never a path, a host or a stack trace
 * @param facts members of their own: strings, numbers, truth values, lists of strings
 * @param headers what the answer carries beside the body
 */
record Problem(
        String code, int status, String title, String detail, Map<String, Object> facts, Map<String, String> headers) {

    Problem(String code, int status, String title, String detail) {
        this(code, status, title, detail, Map.of(), Map.of());
    }

    Problem fact(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(facts);
        more.put(name, value);
        return new Problem(code, status, title, detail, more, headers);
    }

    Problem header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Problem(code, status, title, detail, facts, more);
    }

    /** @param instance names this occurrence */
    void writeTo(ByteBuf out, String instance) {
        JsonText json = new JsonText(out);
        json.object();
        json.name("type").string("/problems/" + code);
        json.name("title").string(title);
        json.name("status").number(status);
        json.name("detail").string(detail);
        json.name("instance").string(instance);
        facts.forEach((name, value) -> write(json.name(name), value));
        json.end();
    }

    private static void write(JsonText json, Object value) {
        if (value instanceof Number number) {
            json.number(number.longValue());
        } else if (value instanceof Boolean truth) {
            json.bool(truth);
        } else if (value instanceof List<?> list) {
            json.array();
            list.forEach(item -> json.string(String.valueOf(item)));
            json.endArray();
        } else {
            json.string(value.toString());
        }
    }
}
