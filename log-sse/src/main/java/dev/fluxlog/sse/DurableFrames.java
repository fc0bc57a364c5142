package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.StreamSignal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Server-sent events of Durable Streams: for each event of the log a {@code data} frame and a {@code control} frame that
 * says where to go on.
 *
 * <p>Both carry an {@code id:}, so that a plain EventSource resumes where it was on the same URL. No space follows
 * {@code data:}, unless the line itself begins with one, which a client would take for it.
 */
final class DurableFrames implements LiveFrames {
    private final DurableContent content;
    private final String cursor;
    private final LongSupplier tail;

    /** The place up to which the client was last told that it has everything; -1 for not yet. */
    private long upToDateAt = -1;

    /** @param tail the present high-water mark of the stream */
    DurableFrames(DurableContent content, String cursor, LongSupplier tail) {
        this.content = content;
        this.cursor = cursor;
        this.tail = tail;
    }

    @Override
    public void opening(ByteBuf out, long retryMillis) {
        ascii(out, ": fluxlog\nretry: " + retryMillis + "\n\n");
    }

    @Override
    public void event(ByteBuf out, Event event) {
        ascii(out, "event: data\n");
        lines(out, data(event));
        ascii(out, "id: " + DurableOffset.after(event.sequence()) + "\n\n");
        control(out, event.sequence(), event.sequence() >= tail.getAsLong());
    }

    private byte[] data(Event event) {
        if (!content.isJson()) {
            return content.isText() ? event.data() : Base64.getEncoder().encode(event.data());
        }
        ByteBuf value = Unpooled.buffer(event.data().length + 2);
        content.write(value, List.of(event));
        byte[] bytes = new byte[value.readableBytes()];
        value.readBytes(bytes);
        return bytes;
    }

    private void control(ByteBuf out, long sequence, boolean upToDate) {
        String next = DurableOffset.after(sequence);
        ascii(
                out,
                "event: control\ndata:{\"streamNextOffset\":\"" + next + "\",\"streamCursor\":\"" + cursor + "\""
                        + (upToDate ? ",\"upToDate\":true" : "") + "}\nid: " + next + "\n\n");
        upToDateAt = upToDate ? sequence : upToDateAt;
    }

    @Override
    public void caughtUp(ByteBuf out, long sequence) {
        if (upToDateAt != sequence) {
            control(out, sequence, true);
        }
    }

    @Override
    public void sealed(ByteBuf out, long highWaterMark) {
        String next = DurableOffset.after(highWaterMark);
        ascii(
                out,
                "event: control\ndata:{\"streamNextOffset\":\"" + next
                        + "\",\"upToDate\":true,\"streamClosed\":true}\nid: " + next + "\n\n");
    }

    @Override
    public void heartbeat(ByteBuf out, long highWaterMark) {
        ascii(out, ": alive\n\n");
    }

    /** The control frames say it. */
    @Override
    public void resumePoint(ByteBuf out, long sequence) {}

    /** The stream is read so that a gap is a failure. */
    @Override
    public void gap(ByteBuf out, StreamSignal.Gap gap) {}

    /** A place above the log is refused before the body begins. */
    @Override
    public void ahead(ByteBuf out, LiveItem.Ahead ahead) {}

    /** The protocol has no frame for it: the body ends, and who comes back gets the status that tells. */
    @Override
    public void failed(ByteBuf out, Problem problem, long retryMillis) {
        ascii(out, ": " + problem.code() + "\nretry: " + retryMillis + "\n\n");
    }

    @Override
    public void bye(ByteBuf out, long retryMillis) {
        ascii(out, ": bye\nretry: " + retryMillis + "\n\n");
    }

    /** One field per line of the data, split at CR, LF and CRLF. */
    private static void lines(ByteBuf out, byte[] data) {
        int from = 0;
        for (int i = 0; i < data.length; i++) {
            if (data[i] == '\n' || data[i] == '\r') {
                line(out, data, from, i);
                boolean pair = data[i] == '\r' && i + 1 < data.length && data[i + 1] == '\n';
                i += pair ? 1 : 0;
                from = i + 1;
            }
        }
        line(out, data, from, data.length);
    }

    private static void line(ByteBuf out, byte[] data, int from, int to) {
        ascii(out, from < to && data[from] == ' ' ? "data: " : "data:");
        out.writeBytes(data, from, to - from);
        out.writeByte('\n');
    }

    private static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }
}
