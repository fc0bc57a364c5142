package dev.fluxlog;

import dev.fluxlog.backend.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which append an event came with, as stored in the first frame of that append.
 *
 * <p>A run of u8 tag, u16 length, bytes; big endian. Tag 1 is the idempotency key in UTF-8; tag 2 a producer: i64 epoch,
 * i64 sequence, UTF-8 of the id; tag 3 the ordinal in UTF-8. Unknown tags are kept by whoever copies a frame and ignored
 * by whoever reads it.
 */
record Origin(String idempotencyKey, Producer producer, String ordinal) {
    static final Origin NONE = new Origin("", Producer.none(), "");

    private static final byte TAG_IDEMPOTENCY_KEY = 1;
    private static final byte TAG_PRODUCER = 2;
    private static final byte TAG_ORDINAL = 3;
    private static final int PRODUCER_BYTES = 16;
    private static final byte[] NOTHING = new byte[0];

    static Origin ofKey(String idempotencyKey) {
        return idempotencyKey.isEmpty() ? NONE : new Origin(idempotencyKey, Producer.none(), "");
    }

    static Origin of(Frame frame) {
        return frame.hasOrigin() ? decode(frame.origin()) : NONE;
    }

    boolean isNone() {
        return idempotencyKey.isEmpty() && producer.isNone() && ordinal.isEmpty();
    }

    byte[] encode() {
        if (isNone()) {
            return NOTHING;
        }
        byte[] key = utf8(idempotencyKey);
        byte[] id = utf8(producer.id());
        byte[] order = utf8(ordinal);
        ByteBuffer out = ByteBuffer.allocate(9 + PRODUCER_BYTES + key.length + id.length + order.length);
        if (key.length > 0) {
            out.put(TAG_IDEMPOTENCY_KEY).putShort((short) key.length).put(key);
        }
        if (id.length > 0) {
            out.put(TAG_PRODUCER).putShort((short) (PRODUCER_BYTES + id.length));
            out.putLong(producer.epoch()).putLong(producer.sequence()).put(id);
        }
        if (order.length > 0) {
            out.put(TAG_ORDINAL).putShort((short) order.length).put(order);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    static Origin decode(byte[] bytes) {
        String key = "";
        Producer producer = Producer.none();
        String ordinal = "";
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.remaining() >= 3) {
            byte tag = in.get();
            int length = in.getShort() & 0xFFFF;
            int end = in.position() + length;
            switch (tag) {
                case TAG_IDEMPOTENCY_KEY -> key = text(in, length);
                case TAG_PRODUCER -> {
                    long epoch = in.getLong();
                    long sequence = in.getLong();
                    producer = new Producer(text(in, length - PRODUCER_BYTES), epoch, sequence);
                }
                case TAG_ORDINAL -> ordinal = text(in, length);
                default -> {}
            }
            in.position(end);
        }
        return new Origin(key, producer, ordinal);
    }

    private static String text(ByteBuffer in, int length) {
        return new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.isEmpty() ? NOTHING : text.getBytes(StandardCharsets.UTF_8);
    }
}
