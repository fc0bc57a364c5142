package dev.fluxlog.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the bytes of an event stream into frames, cut anywhere (WHATWG HTML, "Server-sent events", sections 9.2.5 and
 * 9.2.6). Free of input and output; one instance per response, one thread at a time.
 *
 * <p>A frame is dispatched by the blank line behind it; an unfinished one at the end of the body is never seen. The
 * field {@code retry} is left to the caller's own pace.
 */
final class SseParser {
    /** An event of the largest size that a log takes, in base64, with room for the rest; above it the stream is broken. */
    static final int FRAME_BYTES_MAX = 16 << 20;

    private static final int BYTE_ORDER_MARK = '\uFEFF';

    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private final StringBuilder data = new StringBuilder();
    private String event = "";
    private String id = "";
    private int frameBytes;
    private boolean afterCarriageReturn;
    private boolean firstLine = true;

    /**
     * @return the frames that these bytes complete, in order
     * @throws Lost for a frame above {@link #FRAME_BYTES_MAX}
     */
    List<SseFrame> feed(byte[] bytes) {
        List<SseFrame> frames = new ArrayList<>();
        for (byte b : bytes) {
            if (b == '\n' && afterCarriageReturn) {
                afterCarriageReturn = false;
            } else if (b == '\n' || b == '\r') {
                afterCarriageReturn = b == '\r';
                endLine(frames);
            } else {
                afterCarriageReturn = false;
                line.write(b);
                if (++frameBytes > FRAME_BYTES_MAX) {
                    throw new Lost("The event stream holds a frame above " + FRAME_BYTES_MAX + " bytes", null);
                }
            }
        }
        return frames;
    }

    private void endLine(List<SseFrame> frames) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (firstLine && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            text = text.substring(1);
        }
        firstLine = false;
        if (text.isEmpty()) {
            dispatch(frames);
        } else if (text.charAt(0) != ':') {
            int colon = text.indexOf(':');
            String name = colon < 0 ? text : text.substring(0, colon);
            String value = colon < 0 ? "" : text.substring(colon + 1);
            field(name, value.startsWith(" ") ? value.substring(1) : value);
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "data" -> data.append(value).append('\n');
            case "event" -> event = value;
            case "id" -> id = value.indexOf('\0') < 0 ? value : id;
            default -> {
                // Unknown fields are ignored, which is how the format grows.
            }
        }
    }

    private void dispatch(List<SseFrame> frames) {
        if (data.length() > 0) {
            frames.add(new SseFrame(event, data.substring(0, data.length() - 1), id));
        }
        data.setLength(0);
        event = "";
        frameBytes = 0;
    }
}
