package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;

/**
 * The head of one segment of the commit journal: what it belongs to, and with which group it begins.
 *
 * <p>The first group also tells where the segment before it ends: whatever follows there is a torn tail that was cut
 * off. So a cut changes no byte of the file that was cut.
 *
 * @param position highest position before the first group
 * @param process whether groups were written without being forced
 */
record CommitSegment(UUID nodeId, long epoch, long number, long firstGroup, long position, boolean process) {
    static final int HEADER_BYTES = 64;
    static final String SUFFIX = ".commit";

    private static final long MAGIC = 0x544D434F4C585846L; // "FXXLOCMT"
    private static final short VERSION = 1;
    private static final int PROCESS = 1;

    static String fileName(long number) {
        return String.format(Locale.ROOT, "%016d", number) + SUFFIX;
    }

    /** Number in the name of a segment, or -1 for any other file. */
    static long numberOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.matches("\\d{16}\\.commit") ? Long.parseLong(name, 0, 16, 10) : -1;
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC)
                .putShort(VERSION)
                .putShort((short) (process ? PROCESS : 0))
                .putInt(0);
        out.putLong(nodeId.getMostSignificantBits()).putLong(nodeId.getLeastSignificantBits());
        out.putLong(epoch).putLong(number).putLong(firstGroup).putLong(position);
        return Checksum.sealAt(out.array(), 12);
    }

    /** @throws StorageException {@code CORRUPT} or {@code UNSUPPORTED_VERSION}, without the file's name */
    static CommitSegment decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length != HEADER_BYTES || in.getLong(0) != MAGIC || !Checksum.matchesAt(bytes, 12)) {
            throw new StorageException(StorageException.Kind.CORRUPT, "the head of the commit segment is damaged");
        }
        if (in.getShort(8) != VERSION || (in.getShort(10) & ~PROCESS) != 0) {
            throw new StorageException(
                    StorageException.Kind.UNSUPPORTED_VERSION,
                    "commit segment version " + in.getShort(8) + " with flags " + in.getShort(10));
        }
        return new CommitSegment(
                new UUID(in.getLong(16), in.getLong(24)),
                in.getLong(32),
                in.getLong(40),
                in.getLong(48),
                in.getLong(56),
                in.getShort(10) == PROCESS);
    }
}
