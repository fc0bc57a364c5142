package dev.fluxlog.acceptance;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** The lines of an event stream inside an answer of HTTP/1.1 in chunks, however the bytes are cut. */
final class ChunkedFrames {
    private enum At {
        HEAD,
        SIZE,
        BYTES,
        END
    }

    private final Consumer<String> lines;
    private final StringBuilder line = new StringBuilder();
    private At at = At.HEAD;
    private int left;

    /** @param lines gets each line without its line feed; the status line first, an empty line behind each frame */
    ChunkedFrames(Consumer<String> lines) {
        this.lines = lines;
    }

    void feed(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            char c = (char) (bytes.get() & 0xff);
            if (at == At.BYTES) {
                body(c);
            } else if (c == '\n') {
                String text = line.toString();
                line.setLength(0);
                protocol(text);
            } else if (c != '\r') {
                line.append(c);
            }
        }
    }

    private void body(char c) {
        if (c == '\n') {
            lines.accept(line.toString());
            line.setLength(0);
        } else {
            line.append(c);
        }
        if (--left == 0) {
            at = At.END;
            if (line.length() > 0) {
                throw new IllegalStateException("a frame is cut by the end of a chunk");
            }
        }
    }

    private void protocol(String text) {
        switch (at) {
            case HEAD -> {
                if (text.startsWith("HTTP/")) {
                    lines.accept(text);
                }
                at = text.isEmpty() ? At.SIZE : At.HEAD;
            }
            case SIZE -> {
                left = Integer.parseInt(text, 16);
                at = left == 0 ? At.END : At.BYTES;
            }
            default -> at = At.SIZE;
        }
    }
}
