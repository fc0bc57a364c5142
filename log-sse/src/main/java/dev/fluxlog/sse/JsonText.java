package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Writes JSON (RFC 8259) into a buffer, without any whitespace; what is raw is copied byte by byte. */
final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuf out;
    private boolean comma;

    JsonText(ByteBuf out) {
        this.out = out;
    }

    JsonText object() {
        return open('{');
    }

    JsonText end() {
        return close('}');
    }

    JsonText array() {
        return open('[');
    }

    JsonText endArray() {
        return close(']');
    }

    JsonText name(String name) {
        string(name);
        out.writeByte(':');
        comma = false;
        return this;
    }

    JsonText string(String value) {
        return string(value.getBytes(StandardCharsets.UTF_8));
    }

    /** @param utf8 well-formed UTF-8 */
    JsonText string(byte[] utf8) {
        separate();
        out.writeByte('"');
        int from = 0;
        for (int i = 0; i < utf8.length; i++) {
            byte b = utf8[i];
            if (b == '"' || b == '\\' || (b >= 0 && b < 0x20)) {
                out.writeBytes(utf8, from, i - from);
                from = i + 1;
                escape(b);
            }
        }
        out.writeBytes(utf8, from, utf8.length - from);
        out.writeByte('"');
        return this;
    }

    JsonText number(long value) {
        return literal(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    JsonText bool(boolean value) {
        return literal(value ? TRUE : FALSE);
    }

    JsonText nothing() {
        return literal(NULL);
    }

    /**
     * A value that is JSON already. Line breaks are left out, which can only be insignificant whitespace: inside a
     * string they are escaped.
     */
    JsonText raw(byte[] json) {
        separate();
        int from = 0;
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                out.writeBytes(json, from, i - from);
                from = i + 1;
            }
        }
        out.writeBytes(json, from, json.length - from);
        return this;
    }

    private JsonText literal(byte[] ascii) {
        separate();
        out.writeBytes(ascii);
        return this;
    }

    private JsonText open(char bracket) {
        separate();
        out.writeByte(bracket);
        comma = false;
        return this;
    }

    private JsonText close(char bracket) {
        out.writeByte(bracket);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            out.writeByte(',');
        }
        comma = true;
    }

    private void escape(byte b) {
        out.writeByte('\\');
        switch (b) {
            case '\n' -> out.writeByte('n');
            case '\r' -> out.writeByte('r');
            case '\t' -> out.writeByte('t');
            case '"', '\\' -> out.writeByte(b);
            default ->
                out.writeByte('u')
                        .writeByte('0')
                        .writeByte('0')
                        .writeByte(HEX[b >> 4])
                        .writeByte(HEX[b & 0xf]);
        }
    }
}
