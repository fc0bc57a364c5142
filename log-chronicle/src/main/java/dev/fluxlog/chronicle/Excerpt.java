package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One record of a journal: it covers adjacent sequences, and its head can be checked without its content.
 *
 * <p>All kinds begin alike, little endian:
 *
 * <pre>
 *  0 u8 magic | 1 u8 version 1 | 2 u16 zero | 4 u32 CRC32C of head and table without this word
 *  8 u64 stream number | 16 u64 first sequence | 24 u32 entries in the table | 28 u32 length behind the table
 * 32 table
 * </pre>
 */
sealed interface Excerpt permits FrameExcerpt, OrderExcerpt, LostExcerpt {
    int HEADER_BYTES = 32;
    byte VERSION = 1;

    /** Bounds what a damaged length can make us allocate: the largest frame, alone in its excerpt. */
    int BYTES_MAX = HEADER_BYTES + 4 + Frame.FRAME_BYTES_MAX;

    long firstSequence();

    long lastSequence();

    /** Checks what the head does not protect. */
    void verify();

    /** As it stands in a journal, without padding; not to be modified. */
    byte[] bytes(long stream);

    default boolean contains(long sequence) {
        return sequence >= firstSequence() && sequence <= lastSequence();
    }

    /**
     * Checks the head, and that it stands in the right journal.
     *
     * @param bytes the whole excerpt; handed over
     * @throws StorageException {@code CORRUPT} or {@code UNSUPPORTED_VERSION}, without place
     */
    static Excerpt decode(byte[] bytes, long stream) {
        boolean order = stream == OrderExcerpt.STREAM;
        boolean lost = bytes.length > 0 && bytes[0] == LostExcerpt.MAGIC;
        byte magic = order ? OrderExcerpt.MAGIC : FrameExcerpt.MAGIC;
        int entryBytes = order ? OrderExcerpt.ENTRY_BYTES : FrameExcerpt.ENTRY_BYTES;
        entryBytes = lost ? LostExcerpt.ENTRY_BYTES : entryBytes;
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_BYTES || (in.get(0) != magic && !lost)) {
            throw corrupt("is not of this kind of journal");
        }
        int count = in.getInt(24);
        long head = HEADER_BYTES + (long) entryBytes * count;
        long size = head + in.getInt(28);
        // Chronicle pads to 4 and counts the padding, so the excerpt may be up to 3 bytes longer.
        if (count < 1 || in.getInt(28) < 0 || size > bytes.length || size + 3 < bytes.length) {
            throw corrupt("claims " + size + " bytes and has " + bytes.length);
        }
        if (in.getInt(4) != Checksum.around(bytes, 0, (int) head, 4)) {
            throw corrupt("has a head that does not match its checksum");
        }
        if (in.get(1) != VERSION || in.getShort(2) != 0) {
            throw new StorageException(StorageException.Kind.UNSUPPORTED_VERSION, "excerpt version " + in.get(1));
        }
        if (in.getLong(8) != stream) {
            throw corrupt("belongs to stream " + in.getLong(8) + " and stands in the journal of stream " + stream);
        }
        if (lost) {
            return LostExcerpt.of(bytes);
        }
        return order ? OrderExcerpt.of(bytes, count) : new FrameExcerpt(bytes, stream, in.getLong(16), count);
    }

    /** Writes the head in front of a table that is there already. */
    static void writeHead(byte[] target, Head head, int tableBytes) {
        ByteBuffer out = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
        out.put(head.magic()).put(VERSION).putShort((short) 0).putInt(0);
        out.putLong(head.stream()).putLong(head.firstSequence());
        out.putInt(head.entries()).putInt(head.contentBytes());
        out.putInt(4, Checksum.around(target, 0, HEADER_BYTES + tableBytes, 4));
    }

    /** The numbers of a head. */
    record Head(byte magic, long stream, long firstSequence, int entries, int contentBytes) {}

    static StorageException corrupt(String what) {
        return new StorageException(StorageException.Kind.CORRUPT, "an excerpt " + what);
    }
}
