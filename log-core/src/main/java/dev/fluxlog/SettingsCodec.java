package dev.fluxlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Stream settings as stored in the catalog: u8 version 1, i64 seconds and i32 nanoseconds of the greatest age, i64 most
 * events, i64 most bytes, u16 length and UTF-8 of the content type; big endian. No bytes at all are the defaults.
 */
final class SettingsCodec {
    private static final byte VERSION = 1;

    private SettingsCodec() {}

    static byte[] encode(StreamSettings settings) {
        byte[] contentType = settings.contentType().getBytes(StandardCharsets.UTF_8);
        Retention retention = settings.retention();
        return ByteBuffer.allocate(1 + 8 + 4 + 8 + 8 + 2 + contentType.length)
                .put(VERSION)
                .putLong(retention.maxAge().getSeconds())
                .putInt(retention.maxAge().getNano())
                .putLong(retention.maxEvents())
                .putLong(retention.maxBytes())
                .putShort((short) contentType.length)
                .put(contentType)
                .array();
    }

    static StreamSettings decode(byte[] bytes) {
        if (bytes.length == 0) {
            return StreamSettings.defaults();
        }
        if (bytes[0] != VERSION) {
            throw new LogException.UnsupportedVersion("stream settings version " + bytes[0], null);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        Duration age = Duration.ofSeconds(in.getLong(), in.getInt());
        Retention retention = new Retention(age, in.getLong(), in.getLong());
        byte[] contentType = new byte[in.getShort() & 0xFFFF];
        in.get(contentType);
        return new StreamSettings(new String(contentType, StandardCharsets.UTF_8), retention);
    }
}
