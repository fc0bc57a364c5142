package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Run;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of the order of commit: which events stand at adjacent positions.
 *
 * <p>It stands in the journal with the stream number 0, whose sequences are positions. The table has one entry per run:
 * u64 stream number, u64 first sequence, u32 count; nothing follows. Immutable.
 */
final class OrderExcerpt implements Excerpt {
    /** The journal of the order of commit: no stream has this number. */
    static final long STREAM = 0;

    static final byte MAGIC = (byte) 0xCB;
    static final int ENTRY_BYTES = 20;

    private final List<Run> runs;

    private OrderExcerpt(List<Run> runs) {
        this.runs = runs;
    }

    static int bytesFor(int runs) {
        return HEADER_BYTES + ENTRY_BYTES * runs;
    }

    /**
     * Encodes adjacent runs into the begin of {@code target}.
     *
     * @return bytes used
     */
    static int encode(List<Run> runs, byte[] target) {
        ByteBuffer table =
                ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN).position(HEADER_BYTES);
        for (Run run : runs) {
            table.putLong(run.stream()).putLong(run.sequence()).putInt(run.count());
        }
        Head head = new Head(MAGIC, STREAM, runs.get(0).position(), runs.size(), 0);
        Excerpt.writeHead(target, head, ENTRY_BYTES * runs.size());
        return bytesFor(runs.size());
    }

    /** @param bytes with a head and table that were checked */
    static OrderExcerpt of(byte[] bytes, int count) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long position = in.getLong(16);
        in.position(HEADER_BYTES);
        List<Run> runs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Run run = new Run(position, in.getLong(), in.getLong(), in.getInt());
            runs.add(run);
            position = run.end();
        }
        return new OrderExcerpt(runs);
    }

    @Override
    public long firstSequence() {
        return runs.get(0).position();
    }

    @Override
    public long lastSequence() {
        return runs.get(runs.size() - 1).end() - 1;
    }

    @Override
    public void verify() {
        // The checksum in the head covers the table, and there is nothing else.
    }

    @Override
    public byte[] bytes(long stream) {
        byte[] bytes = new byte[bytesFor(runs.size())];
        encode(runs, bytes);
        return bytes;
    }

    /** The runs in order; the first begins at {@link #firstSequence}. */
    List<Run> runs() {
        return runs;
    }
}
