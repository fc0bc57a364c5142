package dev.fluxlog;

import java.util.Locale;

/** Makes foreign text safe to quote in a message: no control characters, bounded length. */
final class Escape {
    private static final int CHARS_MAX = 64;

    private Escape() {}

    static String forMessage(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), CHARS_MAX) + 8);
        int shown = Math.min(text.length(), CHARS_MAX);
        for (int i = 0; i < shown; i++) {
            char c = text.charAt(i);
            boolean lone = Character.isSurrogate(c);
            if (Character.isISOControl(c) || c == '\\' || lone || c == '\u2028' || c == '\u2029') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return text.length() > shown ? out + "... (" + text.length() + " characters)" : out.toString();
    }
}
