package dev.fluxlog;

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
        // Each append passes here: nothing is encoded or split.
        if (name.isEmpty()) {
            throw new LogException.InvalidName(name, "it is empty");
        }
        if (name.charAt(0) == '$') {
            throw new LogException.InvalidName(name, "names with '$' belong to the log");
        }
        if (name.length() > BYTES_MAX) {
            throw tooLong(name);
        }
        long bytes = Text.bytes(name);
        if (bytes < 0) {
            throw new LogException.InvalidName(name, "it is not valid Unicode");
        }
        if (bytes > BYTES_MAX) {
            throw tooLong(name);
        }
        checkCharacters(name);
        checkSegments(name);
        return name;
    }

    private static LogException.InvalidName tooLong(String name) {
        return new LogException.InvalidName(name, "it has more than " + BYTES_MAX + " bytes");
    }

    private static void checkCharacters(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                throw new LogException.InvalidName(name, "it has a control character");
            }
        }
    }

    private static void checkSegments(String name) {
        int begin = 0;
        while (begin <= name.length()) {
            int slash = name.indexOf('/', begin);
            int end = slash < 0 ? name.length() : slash;
            if (end - begin <= 2 && hasOnlyDots(name, begin, end)) {
                throw new LogException.InvalidName(name, "a segment is empty, '.' or '..'");
            }
            begin = end + 1;
        }
    }

    private static boolean hasOnlyDots(String name, int begin, int end) {
        for (int i = begin; i < end; i++) {
            if (name.charAt(i) != '.') {
                return false;
            }
        }
        return true;
    }
}
