package dev.fluxlog.sse;

import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON: the one class that knows the library which does it.
 *
 * <p>A reader stands before a value and consumes it whole. What is not what the caller asked for is refused, naming
 * the field; what is no JSON is refused with line and column. A {@linkplain #raw() raw} value comes out as the very
 * bytes that came in, so that no number is rounded and no string written differently.
 *
 * <p>Arrays and objects nest at most {@value #DEPTH_MAX} deep.
 */
final class Json {
    static final int DEPTH_MAX = 500;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            // Foreign names fill its table; a full table is slower, never a failure.
            .disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();

    private final byte[] bytes;
    private final JsonParser parser;
    private String field;

    private Json(String what, byte[] bytes, JsonParser parser) {
        this.field = what;
        this.bytes = bytes;
        this.parser = parser;
    }

    /** Whether the bytes are exactly one JSON value, whitespace around it aside. */
    static boolean isValue(byte[] bytes) {
        if (!mayBeUtf8(bytes)) {
            return false;
        }
        return PlainJson.recognises(bytes) || isRead(bytes);
    }

    /** The same, by the library alone. */
    static boolean isRead(byte[] bytes) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes, 0, bytes.length)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException notJson) {
            return false;
        }
    }

    /**
     * Reads a whole document.
     *
     * @param what names it in a refusal
     */
    static <T> T read(String what, byte[] bytes, Function<Json, T> reader) {
        if (!mayBeUtf8(bytes)) {
            throw Problems.notJson(what, 1, 1);
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes, 0, bytes.length)) {
            if (parser.nextToken() == null) {
                throw Problems.notJson(what, 1, 1);
            }
            T result = reader.apply(new Json(what, bytes, parser));
            if (parser.nextToken() != null) {
                TokenStreamLocation end = parser.currentTokenLocation();
                throw Problems.notJson(what, end.getLineNr(), end.getColumnNr());
            }
            return result;
        } catch (JacksonException notJson) {
            TokenStreamLocation at = notJson.getLocation();
            throw at == null
                    ? Problems.notJson(what, 1, 1)
                    : Problems.notJson(what, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
        }
    }

    /** Consumes an object; the consumer is given each name and has to consume its value. */
    void object(Consumer<String> eachField) {
        expect(JsonToken.START_OBJECT, "a JSON object");
        String parent = field;
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            field = parent + "." + name;
            if (!seen.add(name)) {
                throw Problems.invalid(field, name, "given once");
            }
            parser.nextToken();
            eachField.accept(name);
        }
        field = parent;
    }

    /** Consumes an array; the consumer is given each index and has to consume the element. */
    void array(IntConsumer eachElement) {
        expect(JsonToken.START_ARRAY, "a JSON array");
        String parent = field;
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            field = parent + "[" + i + "]";
            eachElement.accept(i);
        }
        field = parent;
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    boolean isArray() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    boolean isString() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    String string() {
        expect(JsonToken.VALUE_STRING, "a string");
        String text = parser.getString();
        boolean broken = text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        if (broken) {
            throw Problems.invalid(field, text, "valid Unicode, without half a surrogate pair");
        }
        return text;
    }

    boolean bool() {
        if (parser.currentToken() == JsonToken.VALUE_TRUE) {
            return true;
        }
        expect(JsonToken.VALUE_FALSE, "true or false");
        return false;
    }

    /** A whole number from 0. */
    long count() {
        expect(JsonToken.VALUE_NUMBER_INT, "a whole number from 0");
        String digits = parser.getString();
        if (!digits.matches("[0-9]{1,18}")) {
            throw Problems.invalid(field, digits, "a whole number from 0 with at most 18 digits");
        }
        return Long.parseLong(digits);
    }

    byte[] base64() {
        String text = string();
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw Problems.invalid(field, text, "Base64 (RFC 4648, section 4)");
        }
    }

    /** The bytes of the value, as they came in. */
    byte[] raw() {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        return Arrays.copyOfRange(bytes, start, (int) parser.currentLocation().getByteOffset());
    }

    Refusal unknownField(String name, String allowed) {
        return Problems.invalid(field, name, "one of " + allowed);
    }

    Refusal wrong(String given, String allowed) {
        return Problems.invalid(field, given, allowed);
    }

    private void expect(JsonToken wanted, String allowed) {
        JsonToken token = parser.currentToken();
        if (token != wanted) {
            String given = token == null || token.isStructStart() ? "" : parser.getString();
            throw Problems.invalid(field, given, allowed);
        }
    }

    /** The library would guess at UTF-16 and UTF-32 and pass over a byte order mark; JSON on a wire is UTF-8. */
    private static boolean mayBeUtf8(byte[] bytes) {
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            if (bytes[i] == 0) {
                return false;
            }
        }
        boolean mark = bytes.length > 0 && bytes[0] == (byte) 0xEF;
        return !mark && Utf8.isValid(bytes);
    }
}
