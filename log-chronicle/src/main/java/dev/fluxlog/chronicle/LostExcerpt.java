package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A run of numbers that were given to events which are lost for good: nothing will ever be read there, and none of these
 * numbers is given again.
 *
 * <p>It stands in a journal where the events would stand, so that numbers stay dense and a reader is told the exact
 * range. The table is one u64, the last lost sequence; in the journal of the commit order sequences are positions.
 */
record LostExcerpt(long firstSequence, long lastSequence) implements Excerpt {
    static final byte MAGIC = (byte) 0xCC;
    static final int ENTRY_BYTES = 8;
    static final int BYTES = HEADER_BYTES + ENTRY_BYTES;

    /** Encodes the run into the begin of {@code target}; returns bytes used. */
    int encode(long stream, byte[] target) {
        ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN).putLong(HEADER_BYTES, lastSequence);
        Excerpt.writeHead(target, new Head(MAGIC, stream, firstSequence, 1, 0), ENTRY_BYTES);
        return BYTES;
    }

    /** @param bytes with a head and table that were checked */
    static LostExcerpt of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        LostExcerpt lost = new LostExcerpt(in.getLong(16), in.getLong(HEADER_BYTES));
        if (in.getInt(24) != 1 || lost.lastSequence < lost.firstSequence) {
            throw Excerpt.corrupt("tells of no range that could be lost");
        }
        return lost;
    }

    @Override
    public byte[] bytes(long stream) {
        byte[] bytes = new byte[BYTES];
        encode(stream, bytes);
        return bytes;
    }

    boolean overlaps(Excerpt other) {
        return firstSequence <= other.lastSequence() && lastSequence >= other.firstSequence();
    }

    /** What a reader of one of these sequences gets. */
    StorageException at(long sequence) {
        return Excerpt.corrupt("tells that " + firstSequence + " to " + lastSequence + " are lost")
                .lost(Math.max(sequence, lastSequence));
    }

    @Override
    public void verify() {
        // The checksum in the head covers the table, and there is nothing else.
    }
}
