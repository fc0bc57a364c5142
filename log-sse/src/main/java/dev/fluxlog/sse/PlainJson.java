package dev.fluxlog.sse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Recognises ordinary JSON (RFC 8259) in one pass over its bytes, without an object or a copy.
 *
 * <p>An answer of true is a promise: exactly one value, of UTF-8 where its caller has seen to that, within every bound
 * of {@link Json}. An answer of false says nothing: what nests deeper than {@value #LEVELS}, or has a longer number or string
 * than its bounds here, may be JSON all the same, and whoever asks has to read it in full.
 */
final class PlainJson {
    /** Each level is one bit of a long. */
    static final int LEVELS = 60;

    /** Digits and signs of a number; the library refuses longer ones from 1,000 on. */
    static final int NUMBER_BYTES = 500;

    /** Bytes of a string; the library refuses longer names from 50,000 on. */
    static final int STRING_BYTES = 40_000;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private final byte[] bytes;
    private int at;

    private PlainJson(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @param utf8 well-formed UTF-8; anything else may be taken for JSON */
    static boolean recognises(byte[] utf8) {
        return new PlainJson(utf8).isDocument();
    }

    /**
     * The index of the next byte at or behind {@code from} that is a line feed or a carriage return; the length when
     * there is none.
     */
    static int lineBreak(byte[] bytes, int from) {
        int i = from;
        for (; i + 8 <= bytes.length; i += 8) {
            long word = (long) LONGS.get(bytes, i);
            if ((equal(word, '\n') | equal(word, '\r')) != 0) {
                break;
            }
        }
        while (i < bytes.length && bytes[i] != '\n' && bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    /** Not 0 when one of eight bytes is {@code wanted}. */
    private static long equal(long word, char wanted) {
        long differs = word ^ (ONES * wanted);
        return (differs - ONES) & ~differs & HIGHS;
    }

    /** Not 0 when one of eight bytes is less than a space. */
    private static long control(long word) {
        return (word - ONES * ' ') & ~word & HIGHS;
    }

    private boolean isDocument() {
        // Bit n tells whether level n is an object; the level is how many are open.
        long objects = 0;
        int level = 0;
        while (true) {
            skipSpace();
            if (at == bytes.length) {
                return false;
            }
            byte b = bytes[at];
            boolean closed = false;
            if (b == '{' || b == '[') {
                at++;
                if (++level > LEVELS) {
                    return false;
                }
                boolean object = b == '{';
                objects = object ? objects | 1L << level : objects & ~(1L << level);
                skipSpace();
                closed = at < bytes.length && bytes[at] == (object ? '}' : ']');
                if (!closed) {
                    if (object && !name()) {
                        return false;
                    }
                    continue;
                }
                at++;
                level--;
            } else if (!scalar(b)) {
                return false;
            }
            // A value has ended: what is around it goes on or ends too.
            while (true) {
                skipSpace();
                if (level == 0) {
                    return at == bytes.length;
                }
                if (at == bytes.length) {
                    return false;
                }
                boolean object = (objects & 1L << level) != 0;
                byte next = bytes[at++];
                if (next == ',') {
                    skipSpace();
                    if (object && !name()) {
                        return false;
                    }
                    break;
                }
                if (next != (object ? '}' : ']')) {
                    return false;
                }
                level--;
            }
        }
    }

    private void skipSpace() {
        while (at < bytes.length) {
            byte b = bytes[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return;
            }
            at++;
        }
    }

    private boolean name() {
        if (at == bytes.length || bytes[at] != '"' || !string()) {
            return false;
        }
        skipSpace();
        return at < bytes.length && bytes[at++] == ':';
    }

    private boolean scalar(byte first) {
        return switch (first) {
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean word(String word) {
        if (bytes.length - at < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                return false;
            }
        }
        at += word.length();
        return isDelimited();
    }

    /** From its quote to behind its other one. */
    private boolean string() {
        int end = Math.min(bytes.length, at + STRING_BYTES);
        int i = at + 1;
        while (true) {
            for (; i + 8 <= end; i += 8) {
                long word = (long) LONGS.get(bytes, i);
                if ((equal(word, '"') | equal(word, '\\') | control(word)) != 0) {
                    break;
                }
            }
            while (i < end && bytes[i] != '"' && bytes[i] != '\\' && (bytes[i] & 0xff) >= ' ') {
                i++;
            }
            if (i == end || (bytes[i] & 0xff) < ' ') {
                return false;
            }
            if (bytes[i] == '"') {
                at = i + 1;
                return true;
            }
            int length = escape(i);
            if (length == 0) {
                return false;
            }
            i += length;
        }
    }

    /** The length of the escape that begins here, 0 for none. */
    private int escape(int backslash) {
        if (backslash + 1 == bytes.length) {
            return 0;
        }
        switch (bytes[backslash + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
                return 2;
            case 'u':
                for (int i = backslash + 2; i < backslash + 6; i++) {
                    if (i >= bytes.length || Character.digit(bytes[i], 16) < 0) {
                        return 0;
                    }
                }
                return 6;
            default:
                return 0;
        }
    }

    private boolean number() {
        int from = at;
        if (bytes[at] == '-') {
            at++;
        }
        if (at < bytes.length && bytes[at] == '0') {
            at++;
        } else if (!digits()) {
            return false;
        }
        if (at < bytes.length && bytes[at] == '.') {
            at++;
            if (!digits()) {
                return false;
            }
        }
        if (at < bytes.length && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at++;
            if (at < bytes.length && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            if (!digits()) {
                return false;
            }
        }
        return at - from <= NUMBER_BYTES && isDelimited();
    }

    /** One digit at least. */
    private boolean digits() {
        int from = at;
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at > from;
    }

    /** What no other value may follow directly. */
    private boolean isDelimited() {
        if (at == bytes.length) {
            return true;
        }
        return switch (bytes[at]) {
            case ' ', '\n', '\r', '\t', ',', ']', '}' -> true;
            default -> false;
        };
    }
}
