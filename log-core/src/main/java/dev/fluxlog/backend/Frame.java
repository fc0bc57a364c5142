package dev.fluxlog.backend;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The bytes of one event, or of one change to the catalog, as they are stored.
 *
 * <p>A frame describes and protects itself, so that every reader can tell a whole frame of the right stream and
 * sequence from anything else. All numbers are little endian:
 *
 * <pre>
 *  0 u8  magic 0xC9        1 u8  version 1         2 u16 flags
 *  4 u32 CRC32C of all other bytes of the frame
 *  8 u64 stream number    16 u64 sequence         24 u64 position
 * 32 i64 time, microseconds since 1970-01-01T00:00Z
 * 40 u16 type length      42 u16 key length       44 u32 headers length
 * 48 u32 payload length   52 u16 origin length    54 u16 zero
 * 56 type | key | origin | headers | payload
 * </pre>
 *
 * <p>Type and key are UTF-8. <em>Origin</em> says which append the event came with (idempotency key, producer) and
 * stands in the first frame of an append only. Headers and origin are opaque here; the engine encodes them.
 *
 * <p>An instance is an immutable view on a heap array that nobody changes any more. It checks nothing by itself:
 * {@link #verify} does, once, where bytes come from a medium.
 */
public final class Frame {
    public static final byte MAGIC = (byte) 0xC9;
    public static final byte VERSION = 1;

    /** Bytes before the variable part. */
    public static final int HEADER_BYTES = 56;

    /** The largest frame that is ever valid: bounds what a damaged length can make a reader allocate. */
    public static final int FRAME_BYTES_MAX = 8 << 20;

    /** The frame is the first of its append. */
    public static final int FIRST = 1;

    /** The frame is the last of its append. */
    public static final int LAST = 1 << 1;

    /** The frame is a change to the catalog: it stands in the commit journal only and counts in no stream. */
    public static final int CONTROL = 1 << 2;

    private static final int KNOWN_FLAGS = FIRST | LAST | CONTROL;

    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle I32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle I64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] array;
    private final int offset;
    private final int length;

    private Frame(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** A view on a frame that was verified or written by this process; the array must not change any more. */
    public static Frame of(byte[] array, int offset) {
        return new Frame(array, offset, (int) lengthAt(array, offset));
    }

    /**
     * Checks magic, version, flags, lengths and checksum of the frame that begins at {@code offset}.
     *
     * @param limit end of the bytes that may belong to the frame, exclusive
     * @throws StorageException kind {@code CORRUPT}, or {@code UNSUPPORTED_VERSION} for a version or flag of the
     *     future; without place, which the caller knows
     */
    public static Frame verify(byte[] array, int offset, int limit) {
        if (limit - offset < HEADER_BYTES) {
            throw StorageException.corrupt(
                    "a frame header needs " + HEADER_BYTES + " bytes, " + (limit - offset) + " are left");
        }
        if (array[offset] != MAGIC) {
            throw StorageException.corrupt("no frame magic but 0x" + Integer.toHexString(array[offset] & 0xFF));
        }
        long length = lengthAt(array, offset);
        if (length > FRAME_BYTES_MAX || length > limit - offset) {
            throw StorageException.corrupt(
                    "frame length " + length + " exceeds the " + (limit - offset) + " bytes there are");
        }
        int stored = (int) I32.get(array, offset + 4);
        int computed = checksum(array, offset, (int) length);
        if (stored != computed) {
            throw StorageException.corrupt("frame checksum is " + Integer.toHexString(computed) + ", stored is "
                    + Integer.toHexString(stored));
        }
        // Only after the checksum: a damaged version byte is damage, an intact one is news from a later release.
        if (array[offset + 1] != VERSION) {
            throw StorageException.unsupportedVersion("frame version " + (array[offset + 1] & 0xFF));
        }
        int flags = (short) U16.get(array, offset + 2) & 0xFFFF;
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw StorageException.unsupportedVersion("frame flags 0x" + Integer.toHexString(flags));
        }
        return new Frame(array, offset, (int) length);
    }

    /** Length of the frame whose header begins at {@code offset}, as it claims; unchecked. */
    static long lengthAt(byte[] array, int offset) {
        return HEADER_BYTES
                + u16(array, offset + 40)
                + u16(array, offset + 42)
                + u16(array, offset + 52)
                + u32(array, offset + 44)
                + u32(array, offset + 48);
    }

    /**
     * Writes a frame without its place (stream, sequence, position, time, checksum), which {@link #place} adds later.
     *
     * @return offset behind the frame
     */
    public static int write(byte[] target, int offset, Parts parts) {
        target[offset] = MAGIC;
        target[offset + 1] = VERSION;
        U16.set(target, offset + 2, (short) parts.flags());
        I32.set(target, offset + 4, 0);
        for (int i = 8; i < 40; i += 8) {
            I64.set(target, offset + i, 0L);
        }
        U16.set(target, offset + 40, (short) parts.type().length);
        U16.set(target, offset + 42, (short) parts.key().length);
        I32.set(target, offset + 44, parts.headers().length);
        I32.set(target, offset + 48, parts.payload().length);
        U16.set(target, offset + 52, (short) parts.origin().length);
        U16.set(target, offset + 54, (short) 0);
        int at = offset + HEADER_BYTES;
        at = put(parts.type(), target, at);
        at = put(parts.key(), target, at);
        at = put(parts.origin(), target, at);
        at = put(parts.headers(), target, at);
        return put(parts.payload(), target, at);
    }

    /** Gives a written frame its place and then its checksum. */
    public static void place(byte[] target, int offset, long stream, long sequence, long position, long timeMicros) {
        I64.set(target, offset + 8, stream);
        I64.set(target, offset + 16, sequence);
        I64.set(target, offset + 24, position);
        I64.set(target, offset + 32, timeMicros);
        I32.set(target, offset + 4, checksum(target, offset, (int) lengthAt(target, offset)));
    }

    private static int put(byte[] source, byte[] target, int at) {
        System.arraycopy(source, 0, target, at, source.length);
        return at + source.length;
    }

    private static int checksum(byte[] array, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(array, offset, 4);
        crc.update(array, offset + 8, length - 8);
        return (int) crc.getValue();
    }

    private static int u16(byte[] array, int at) {
        return (short) U16.get(array, at) & 0xFFFF;
    }

    private static long u32(byte[] array, int at) {
        return (int) I32.get(array, at) & 0xFFFF_FFFFL;
    }

    public byte[] array() {
        return array;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    public int flags() {
        return u16(array, offset + 2);
    }

    public boolean isControl() {
        return (flags() & CONTROL) != 0;
    }

    public boolean isFirst() {
        return (flags() & FIRST) != 0;
    }

    public boolean isLast() {
        return (flags() & LAST) != 0;
    }

    /** Number of the stream: given once per name, never reused. */
    public long stream() {
        return (long) I64.get(array, offset + 8);
    }

    /** Sequence in the stream, from 1; for a control frame the mark that the change is about. */
    public long sequence() {
        return (long) I64.get(array, offset + 16);
    }

    /** Number over the whole log, dense, from 1; for a control frame that of the last event before it. */
    public long position() {
        return (long) I64.get(array, offset + 24);
    }

    /** Microseconds since 1970-01-01T00:00Z by the clock of the writing process; may step back. */
    public long timeMicros() {
        return (long) I64.get(array, offset + 32);
    }

    public String type() {
        return new String(array, typeAt(), u16(array, offset + 40), StandardCharsets.UTF_8);
    }

    public String key() {
        return new String(array, keyAt(), u16(array, offset + 42), StandardCharsets.UTF_8);
    }

    public byte[] origin() {
        return copy(originAt(), u16(array, offset + 52));
    }

    public boolean hasOrigin() {
        return u16(array, offset + 52) > 0;
    }

    public byte[] headers() {
        return copy(headersAt(), (int) u32(array, offset + 44));
    }

    public boolean hasHeaders() {
        return u32(array, offset + 44) > 0;
    }

    public byte[] payload() {
        return copy(payloadAt(), (int) u32(array, offset + 48));
    }

    public int payloadLength() {
        return (int) u32(array, offset + 48);
    }

    /**
     * Feeds what the producer said (type, key, headers and payload with their lengths, not the origin and not the
     * place) into a digest: two appends are the same when their frames feed the same bytes.
     *
     * @param headers those of the frame that count, encoded as in the frame
     */
    public void digestContent(java.security.MessageDigest digest, byte[] headers) {
        byte[] bytes = new byte[Integer.BYTES];
        I32.set(bytes, 0, headers.length);
        digest.update(array, offset + 40, 4);
        digest.update(bytes);
        digest.update(array, offset + 48, 4);
        digest.update(array, typeAt(), originAt() - typeAt());
        digest.update(headers);
        digest.update(array, payloadAt(), payloadLength());
    }

    private int typeAt() {
        return offset + HEADER_BYTES;
    }

    private int keyAt() {
        return typeAt() + u16(array, offset + 40);
    }

    private int originAt() {
        return keyAt() + u16(array, offset + 42);
    }

    private int headersAt() {
        return originAt() + u16(array, offset + 52);
    }

    private int payloadAt() {
        return headersAt() + (int) u32(array, offset + 44);
    }

    private byte[] copy(int from, int bytes) {
        return java.util.Arrays.copyOfRange(array, from, from + bytes);
    }

    @Override
    public String toString() {
        return "Frame[stream " + stream() + ", sequence " + sequence() + ", position " + position() + ", " + length
                + " bytes" + (isControl() ? ", " + type() : "") + "]";
    }

    /**
     * The encoded parts of a frame before it has a place.
     *
     * <p>Ranges: type, key and origin at most 65,535 bytes each; the sum of all parts at most {@link
     * Frame#FRAME_BYTES_MAX} less the header. Stricter limits are the engine's.
     */
    public record Parts(int flags, byte[] type, byte[] key, byte[] origin, byte[] headers, byte[] payload) {
        public Parts {
            if (type.length > 0xFFFF || key.length > 0xFFFF || origin.length > 0xFFFF) {
                throw new IllegalArgumentException("type, key and origin take at most 65535 bytes: " + type.length
                        + ", " + key.length + ", " + origin.length);
            }
            long total =
                    (long) HEADER_BYTES + type.length + key.length + origin.length + headers.length + payload.length;
            if (total > FRAME_BYTES_MAX) {
                throw new IllegalArgumentException("a frame takes at most " + FRAME_BYTES_MAX + " bytes: " + total);
            }
        }

        /** Bytes of the whole frame. */
        public int frameBytes() {
            return HEADER_BYTES + type.length + key.length + origin.length + headers.length + payload.length;
        }
    }
}
