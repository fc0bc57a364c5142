package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

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

    /** A name that needs no escape, as {@link #named} has it. */
    JsonText name(byte[] named) {
        separate();
        out.writeBytes(named);
        comma = false;
        return this;
    }

    /** A name with its quotes and colon, for those that are written again and again. */
    static byte[] named(String name) {
        return ('"' + name + "\":").getBytes(StandardCharsets.US_ASCII);
    }

    JsonText time(Instant time) {
        separate();
        out.writeByte('"');
        InstantText.write(out, time);
        out.writeByte('"');
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
        for (int end; (end = PlainJson.lineBreak(json, from)) < json.length; from = end + 1) {
            out.writeBytes(json, from, end - from);
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
