package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.StreamSignal;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Server-sent events (WHATWG HTML, section 9.2): fields end with LF, {@code id:} is the last one, a blank line ends the
 * frame. Only events, and a bare resume point, have an id.
 */
final class SseFrames implements LiveFrames {

    /** What {@code data:} carries. */
    enum View {
        /** The event with its place, as a page has it; no {@code event:} line. */
        EVENT,
        /** The payload alone; {@code event:} is the type. */
        DATA
    }

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID = "\nid: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final View view;
    private final Numbering numbering;
    private final String instance;

    /** @param instance names the exchange in a problem */
    SseFrames(View view, Numbering numbering, String instance) {
        this.view = view;
        this.numbering = numbering;
        this.instance = instance;
    }

    @Override
    public void opening(ByteBuf out, long retryMillis) {
        ascii(out, ": fluxlog\nretry: " + retryMillis + "\n\n");
    }

    @Override
    public void event(ByteBuf out, Event event) {
        if (view == View.EVENT) {
            out.writeBytes(DATA);
            EventJson.write(new JsonText(out), event);
        } else {
            type(out, event.type());
            byte[] data = event.data();
            lines(
                    out,
                    EventJson.Form.of(event) == EventJson.Form.BYTES
                            ? Base64.getEncoder().encode(data)
                            : data);
        }
        out.writeBytes(ID);
        ascii(out, Long.toString(numbering.of(event)));
        out.writeBytes(END);
    }

    @Override
    public void caughtUp(ByteBuf out, long sequence) {
        ascii(out, "event: caught-up\ndata: {\"" + numbering.word + "\":" + sequence + "}\n\n");
    }

    @Override
    public void gap(ByteBuf out, StreamSignal.Gap gap) {
        ascii(out, "event: gap\ndata: ");
        GapJson.write(out, gap, numbering);
        ascii(out, "\n\n");
    }

    @Override
    public void ahead(ByteBuf out, LiveItem.Ahead ahead) {
        ascii(
                out,
                "event: ahead\ndata: {\"requested\":" + ahead.requested() + ",\"" + numbering.highest + "\":"
                        + ahead.highWaterMark() + "}\n\n");
    }

    /** A frame without data sets the client's last event id and dispatches nothing. */
    @Override
    public void resumePoint(ByteBuf out, long sequence) {
        ascii(out, "id: " + sequence + "\n\n");
    }

    @Override
    public void heartbeat(ByteBuf out, long highWaterMark) {
        ascii(out, (numbering == Numbering.SEQUENCE ? ": high-water-mark " : ": position ") + highWaterMark + "\n\n");
    }

    @Override
    public void sealed(ByteBuf out, long highWaterMark) {
        ascii(out, "event: sealed\ndata: {\"highWaterMark\":" + highWaterMark + "}\n\n");
    }

    @Override
    public void failed(ByteBuf out, Problem problem, long retryMillis) {
        ascii(out, "retry: " + retryMillis + "\nevent: error\ndata: ");
        problem.writeTo(out, instance);
        ascii(out, "\n\n");
    }

    @Override
    public void bye(ByteBuf out, long retryMillis) {
        ascii(out, "retry: " + retryMillis + "\nevent: bye\ndata: {\"retry\":" + retryMillis + "}\n\n");
    }

    /** A type that would break the line is not told; the frame is a plain message then. */
    private static void type(ByteBuf out, String type) {
        boolean breaks = type.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0);
        if (!type.isEmpty() && !breaks) {
            ascii(out, "event: ");
            out.writeBytes(type.getBytes(StandardCharsets.UTF_8));
            out.writeByte('\n');
        }
    }

    /** One field per line of the payload, split at CR, LF and CRLF; the last one without its LF. */
    private static void lines(ByteBuf out, byte[] data) {
        int from = 0;
        for (int i = 0; i < data.length; i++) {
            if (data[i] == '\n' || data[i] == '\r') {
                ascii(out, "data: ");
                out.writeBytes(data, from, i - from);
                out.writeByte('\n');
                boolean pair = data[i] == '\r' && i + 1 < data.length && data[i + 1] == '\n';
                i += pair ? 1 : 0;
                from = i + 1;
            }
        }
        ascii(out, "data: ");
        out.writeBytes(data, from, data.length - from);
    }

    private static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }
}
