package dev.fluxlog;

import java.nio.charset.StandardCharsets;

/**
 * Which names a stream may have.
 *
 * <p>1 to {@value #BYTES_MAX} bytes of UTF-8; no control characters (C0, DEL, C1) and no unpaired surrogates; split at
 * {@code /}, no segment is empty, {@code .} or {@code ..}. Otherwise {@code /} is a character like any other. Names that
 * begin with {@code $} belong to the log itself. Two names are the same when their characters are: there is no case
 * folding and no Unicode normalisation.
 */
public final class StreamName {
    public static final int BYTES_MAX = 255;

    private StreamName() {}

    /**
     * @return the name
     * @throws LogException.InvalidName saying why
     */
    public static String check(String name) {
        if (name.isEmpty()) {
            throw new LogException.InvalidName(name, "it is empty");
        }
        if (name.charAt(0) == '$') {
            throw new LogException.InvalidName(name, "names with '$' belong to the log");
        }
        if (name.length() > BYTES_MAX || name.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
            throw new LogException.InvalidName(name, "it has more than " + BYTES_MAX + " bytes");
        }
        checkCharacters(name);
        for (String segment : name.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new LogException.InvalidName(name, "a segment is empty, '.' or '..'");
            }
        }
        return name;
    }

    private static void checkCharacters(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isISOControl(c)) {
                throw new LogException.InvalidName(name, "it has a control character");
            }
            if (Character.isHighSurrogate(c) && i + 1 < name.length() && Character.isLowSurrogate(name.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new LogException.InvalidName(name, "it is not valid Unicode");
            }
        }
    }
}
