package dev.fluxlog;

/** Bounds of the strings an event carries: counted in bytes of UTF-8, and valid Unicode, so that they read back equal. */
final class Text {
    private Text() {}

    /**
     * @return length in bytes of UTF-8
     * @throws IllegalArgumentException for an unpaired surrogate, which UTF-8 cannot carry
     * @throws LogException.TooLarge above the bound
     */
    static int check(String what, String text, int bytesMax) {
        long bytes = bytes(text);
        if (bytes < 0) {
            throw new IllegalArgumentException(what + " has an unpaired surrogate at " + ~bytes);
        }
        if (bytes > bytesMax) {
            throw new LogException.TooLarge(what + " bytes", bytesMax, bytes);
        }
        return (int) bytes;
    }

    /** Length in bytes of UTF-8; with an unpaired surrogate the complement of its index, which is negative. */
    static long bytes(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                return ~i;
            }
        }
        return bytes;
    }
}
