package dev.fluxlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * Stream settings as stored in the catalog: u8 version 1, i64 seconds and i32 nanoseconds of the greatest age, i64 most
 * events, i64 most bytes, u16 length and UTF-8 of the content type, i64 seconds and i32 nanoseconds of the greatest
 * idleness, i64 seconds and i32 nanoseconds of the end since 1970; big endian. No bytes at all are the defaults.
 */
final class SettingsCodec {
    private static final byte VERSION = 1;
    private static final int FIXED_BYTES = 1 + 12 + 8 + 8 + 2 + 12 + 12;

    private SettingsCodec() {}

    static byte[] encode(StreamSettings settings) {
        byte[] contentType = settings.contentType().getBytes(StandardCharsets.UTF_8);
        Retention retention = settings.retention();
        TimeToLive timeToLive = settings.timeToLive();
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + contentType.length).put(VERSION);
        put(out, retention.maxAge());
        out.putLong(retention.maxEvents()).putLong(retention.maxBytes());
        out.putShort((short) contentType.length).put(contentType);
        put(out, timeToLive.idleMax());
        out.putLong(timeToLive.end().getEpochSecond()).putInt(timeToLive.end().getNano());
        return out.array();
    }

    static StreamSettings decode(byte[] bytes) {
        if (bytes.length == 0) {
            return StreamSettings.defaults();
        }
        if (bytes[0] != VERSION) {
            throw new LogException.UnsupportedVersion("stream settings version " + bytes[0], null);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        Retention retention = new Retention(duration(in), in.getLong(), in.getLong());
        byte[] contentType = new byte[in.getShort() & 0xFFFF];
        in.get(contentType);
        TimeToLive timeToLive = new TimeToLive(duration(in), Instant.ofEpochSecond(in.getLong(), in.getInt()));
        return new StreamSettings(new String(contentType, StandardCharsets.UTF_8), retention, timeToLive);
    }

    private static void put(ByteBuffer out, Duration duration) {
        out.putLong(duration.getSeconds()).putInt(duration.getNano());
    }

    private static Duration duration(ByteBuffer in) {
        return Duration.ofSeconds(in.getLong(), in.getInt());
    }
}
