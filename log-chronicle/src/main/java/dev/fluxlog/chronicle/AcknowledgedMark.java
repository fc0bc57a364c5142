package dev.fluxlog.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A note of the last group that was acknowledged, beside the commit journal.
 *
 * <p>Problem: when the end of the commit journal is replaced by zeros, it looks like a journal that ended there. Idea:
 * note the number of each acknowledged group in a file of its own, which is never forced and so costs nothing. After the
 * death of a process the note is exact; after a power loss it may be old, but never ahead of what was forced. A journal
 * that ends before it has lost something.
 *
 * <p>It also names the start of the operating system under which it was written: as long as that is the current one,
 * nothing that was written can have been lost with the power.
 *
 * <p>A note that is missing or damaged says nothing. Written by the committing thread.
 */
final class AcknowledgedMark implements AutoCloseable {
    private static final long MAGIC = 0x4B434157474F4C46L; // "FLOGWACK"
    private static final int BYTES = 48;
    private static final int PROCESS = 1;

    private final Disk.Handle handle;
    private final boolean process;
    private final UUID boot = BootId.current();
    private final ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** @param process whether groups are acknowledged without being forced */
    AcknowledgedMark(Medium medium, boolean process) throws IOException {
        Path file = file(medium);
        this.handle = medium.disk().exists(file)
                ? medium.disk().open(file)
                : medium.disk().create(file);
        this.process = process;
    }

    static Path file(Medium medium) {
        return medium.commitDirectory().resolve("acknowledged");
    }

    void set(JournalPlace end) throws IOException {
        buffer.clear();
        buffer.putLong(MAGIC).putInt(process ? PROCESS : 0).putInt(0);
        buffer.putLong(end.group()).putLong(end.position());
        buffer.putLong(boot.getMostSignificantBits()).putLong(boot.getLeastSignificantBits());
        Checksum.sealAt(buffer.array(), 12);
        handle.write(buffer.flip(), 0);
    }

    /** The last group and position that were acknowledged, and whether a power loss may have taken them back. */
    record Note(long group, long position, boolean process, UUID boot) {}

    static @Nullable Note read(Medium medium) throws IOException {
        if (!medium.disk().exists(file(medium))) {
            return null;
        }
        byte[] bytes = SmallFile.read(medium, file(medium), 4096);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length != BYTES || in.getLong(0) != MAGIC || !Checksum.matchesAt(bytes, 12)) {
            return null;
        }
        return new Note(
                in.getLong(16), in.getLong(24), in.getInt(8) == PROCESS, new UUID(in.getLong(32), in.getLong(40)));
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
