package dev.fluxlog.sse;

import dev.fluxlog.StreamName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stream names in URLs, and percent-encoding (RFC 3986, section 2.1).
 *
 * <p>A name is decoded once. What would still be an encoded character after that, and a backslash, are refused: some
 * intermediary might decode again, or turn the stroke, and end somewhere else.
 */
final class Names {
    private static final Pattern STILL_ENCODED = Pattern.compile("%[0-9A-Fa-f]{2}");
    private static final String UNRESERVED = "-._~/";

    private Names() {}

    /** @param encoded everything behind {@code /streams/} */
    static String stream(String encoded) {
        String name = decode(encoded);
        if (name == null) {
            throw Problems.invalidName(encoded, "it is not percent-encoded UTF-8");
        }
        StreamName.check(name);
        if (name.indexOf('\\') >= 0 || STILL_ENCODED.matcher(name).find()) {
            throw Problems.invalidName(name, "it has a backslash, or is encoded twice");
        }
        return name;
    }

    /** The path that leads to a stream. */
    static String path(String stream) {
        return "/streams/" + encode(stream);
    }

    static String encode(String name) {
        StringBuilder out = new StringBuilder(name.length() + 16);
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || UNRESERVED.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(hex(c >> 4)).append(hex(c & 0xF));
            }
        }
        return out.toString();
    }

    /**
     * The text behind percent-encoded bytes, or null when there is none.
     *
     * @param encoded a character stands for a byte, as the HTTP decoder gives it
     */
    static @Nullable String decode(String encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c > 0xFF) {
                return null;
            }
            if (c != '%') {
                bytes.write(c);
                continue;
            }
            int high = i + 2 < encoded.length() ? Character.digit(encoded.charAt(i + 1), 16) : -1;
            int low = i + 2 < encoded.length() ? Character.digit(encoded.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                return null;
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        return Utf8.decode(bytes.toByteArray());
    }

    private static char hex(int nibble) {
        return "0123456789ABCDEF".charAt(nibble);
    }
}
