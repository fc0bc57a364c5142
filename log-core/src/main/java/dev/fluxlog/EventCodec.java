package dev.fluxlog;

import dev.fluxlog.backend.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Between events and frames. The payload passes unchanged.
 *
 * <p>Headers: for each, in order of the names, u16 length and UTF-8 of the name, i32 length and UTF-8 of the value; big
 * endian. What an append came with is {@link Origin}'s.
 */
final class EventCodec {
    private static final byte[] NOTHING = new byte[0];

    /** Headers of W3C Trace Context. */
    private static final Set<String> TRACE = Set.of("traceparent", "tracestate");

    private static final long MICROS = 1_000_000;

    private EventCodec() {}

    static Frame.Parts encode(NewEvent event, int flags, byte[] origin) {
        return new Frame.Parts(
                flags, utf8(event.type()), utf8(event.key()), origin, headers(event.headers()), event.data());
    }

    static Event decode(String stream, Frame frame) {
        return new Event(
                stream,
                frame.sequence(),
                frame.position(),
                instant(frame.timeMicros()),
                frame.type(),
                frame.key(),
                frame.hasHeaders() ? headers(frame.headers()) : Map.of(),
                frame.payload());
    }

    private static byte[] headers(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return NOTHING;
        }
        int total = 0;
        byte[][] parts = new byte[headers.size() * 2][];
        int i = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            parts[i] = utf8(header.getKey());
            parts[i + 1] = utf8(header.getValue());
            total += 6 + parts[i].length + parts[i + 1].length;
            i += 2;
        }
        ByteBuffer out = ByteBuffer.allocate(total);
        for (i = 0; i < parts.length; i += 2) {
            out.putShort((short) parts[i].length).put(parts[i]);
            out.putInt(parts[i + 1].length).put(parts[i + 1]);
        }
        return out.array();
    }

    /**
     * What an append said, so that a repeat can be told from other content under the same key. Where in a trace it was
     * made is no part of it: a repeat is another step of the trace.
     */
    static void digest(Frame frame, MessageDigest digest) {
        frame.digestContent(digest, frame.hasHeaders() ? withoutTrace(frame.headers()) : NOTHING);
    }

    private static byte[] withoutTrace(byte[] headers) {
        ByteBuffer in = ByteBuffer.wrap(headers);
        ByteBuffer out = ByteBuffer.allocate(headers.length);
        while (in.hasRemaining()) {
            int from = in.position();
            String name = text(in, in.getShort() & 0xFFFF);
            int value = in.getInt();
            in.position(in.position() + value);
            if (!TRACE.contains(name)) {
                out.put(headers, from, in.position() - from);
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static Map<String, String> headers(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Map<String, String> headers = new TreeMap<>();
        while (in.hasRemaining()) {
            String name = text(in, in.getShort() & 0xFFFF);
            headers.put(name, text(in, in.getInt()));
        }
        return Collections.unmodifiableMap(headers);
    }

    private static String text(ByteBuffer in, int length) {
        String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    private static byte[] utf8(String text) {
        return text.isEmpty() ? NOTHING : text.getBytes(StandardCharsets.UTF_8);
    }

    /** Microseconds since 1970; what lies beyond the range of a long is cut to its ends. */
    static long micros(Instant time) {
        try {
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), MICROS), time.getNano() / 1_000);
        } catch (ArithmeticException tooFar) {
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000);
    }
}
