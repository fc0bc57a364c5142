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
                throw new IllegalArgumentException(what + " has an unpaired surrogate at " + i);
            }
        }
        if (bytes > bytesMax) {
            throw new LogException.TooLarge(what + " bytes", bytesMax, bytes);
        }
        return (int) bytes;
    }
}
