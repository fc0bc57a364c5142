package dev.fluxlog.access;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Some names of streams: one, or all that begin alike.
 *
 * <p>Written as the name, with a star at the end for all that begin so: {@code orders/*}. A star, percent sign or white
 * space within a name is percent-encoded. Names that begin with {@code $} belong to the system and are admitted only
 * by a scope that begins so itself: {@code *} is every stream and not {@code $status}.
 *
 * @param name the name, or what names begin with
 * @param open whether more may follow
 */
public record Scope(String name, boolean open) {
    private static final Pattern WRITTEN = Pattern.compile("[^\\s*%]*(?:%[0-9A-Fa-f]{2}[^\\s*%]*)*\\*?");
    private static final char SYSTEM = '$';

    public Scope {
        if (name.isEmpty() && !open) {
            throw new IllegalArgumentException("A scope is a name, or what names begin with and a star");
        }
    }

    /** Reads what {@link #toString()} writes. */
    public static Scope of(String written) {
        if (!WRITTEN.matcher(written).matches()) {
            throw new IllegalArgumentException(
                    "A scope is a name, percent-encoded, with one star at its end for all that begin so: " + written);
        }
        boolean open = written.endsWith("*");
        String encoded = open ? written.substring(0, written.length() - 1) : written;
        return new Scope(URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8), open);
    }

    public boolean admits(String stream) {
        return (open ? stream.startsWith(name) : stream.equals(name)) && isOfSystem(name) == isOfSystem(stream);
    }

    /** Whether it admits all that the other does. */
    public boolean covers(Scope other) {
        return (open ? other.name.startsWith(name) : !other.open && other.name.equals(name))
                && isOfSystem(name) == isOfSystem(other.name);
    }

    private static boolean isOfSystem(String name) {
        return !name.isEmpty() && name.charAt(0) == SYSTEM;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        name.codePoints().forEach(c -> {
            if (c == '*' || c == '%' || Character.isWhitespace(c) || Character.isISOControl(c)) {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    out.append('%').append("0123456789ABCDEF".charAt(b >> 4 & 0xF));
                    out.append("0123456789ABCDEF".charAt(b & 0xF));
                }
            } else {
                out.appendCodePoint(c);
            }
        });
        return open ? out.append('*').toString() : out.toString();
    }
}
