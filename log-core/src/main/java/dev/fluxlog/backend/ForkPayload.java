package dev.fluxlog.backend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What a {@link Catalog#FORKED} frame carries.
 *
 * @param source number of the stream whose events are shared
 * @param lowWaterMark of the fork when it comes into being
 * @param name of the fork
 */
public record ForkPayload(long source, long lowWaterMark, String name) {
    private static final int FIXED_BYTES = 16;

    public byte[] encode() {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FIXED_BYTES + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(source)
                .putLong(lowWaterMark)
                .put(text)
                .array();
    }

    static ForkPayload decode(Frame frame) {
        byte[] bytes = frame.payload();
        if (bytes.length < FIXED_BYTES) {
            throw StorageException.corrupt(frame + " names no source").at(frame.stream(), frame.sequence());
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        String name = new String(bytes, FIXED_BYTES, bytes.length - FIXED_BYTES, StandardCharsets.UTF_8);
        return new ForkPayload(in.getLong(), in.getLong(), name);
    }
}
