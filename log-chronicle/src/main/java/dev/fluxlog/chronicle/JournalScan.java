package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment of a stream journal as plain bytes, without Chronicle, from its begin.
 *
 * <p>Chronicle's file is a chain of records: a 32-bit little-endian word and so many bytes, padded to 4. In the word bit
 * 31 says not complete, bit 30 Chronicle's own, the rest is the length; 0 is the end so far, and {@link #SEALED} the end
 * for good. Where the chain breaks, or an excerpt is not ours, the scan ends: it judges nothing.
 */
final class JournalScan implements AutoCloseable {
    static final int SEALED = 0xC000_0000;

    private static final int INCOMPLETE = 0x8000_0000;
    private static final int OWN = 0x4000_0000;
    private static final int LENGTH = 0x3FFF_FFFF;

    private final long stream;
    private final ScanWindow window;

    // Where the next record begins.
    private long offset;
    private long lastOffset;
    private byte[] lastBytes = {};
    private boolean sealed;

    JournalScan(Medium medium, Path file, long stream) throws IOException {
        this.stream = stream;
        this.window = new ScanWindow(medium.disk().openToRead(file));
    }

    /** First sequence in the segment, or -1 when its begin cannot be read or nothing is in it. */
    static long firstSequence(Medium medium, Path file, long stream) throws IOException {
        try (JournalScan scan = new JournalScan(medium, file, stream)) {
            Excerpt first = scan.next();
            return first == null ? -1 : first.firstSequence();
        }
    }

    /** The first excerpt as it stands in the segment, or null when its begin cannot be read or nothing is in it. */
    static byte @Nullable [] firstBytes(Medium medium, Path file, long stream) throws IOException {
        try (JournalScan scan = new JournalScan(medium, file, stream)) {
            return scan.next() == null ? null : scan.lastBytes();
        }
    }

    /** Whether the segment begins with a complete record of Chronicle's. */
    static boolean hasHead(Medium medium, Path file) throws IOException {
        try (Disk.Handle handle = medium.disk().openToRead(file)) {
            ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            handle.read(word, 0);
            int head = word.getInt(0);
            return (head & (INCOMPLETE | OWN)) == OWN && (head & LENGTH) > 0;
        }
    }

    /** The next excerpt with an intact head, or null where the segment ends or is not readable further. */
    @Nullable
    Excerpt next() throws IOException {
        while (true) {
            lastOffset = offset;
            int at = window.at(offset, 4);
            if (at < 0) {
                return null;
            }
            int word = ByteBuffer.wrap(window.bytes(), at, 4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getInt();
            sealed = word == SEALED;
            int length = word & LENGTH;
            if (sealed || word == 0 || (word & INCOMPLETE) != 0 || length == 0) {
                return null;
            }
            long next = offset + 4 + (length + 3L) / 4 * 4;
            if ((word & OWN) != 0) {
                offset = next;
                continue;
            }
            Excerpt excerpt = excerpt(length);
            if (excerpt != null) {
                offset = next;
            }
            return excerpt;
        }
    }

    private @Nullable Excerpt excerpt(int length) throws IOException {
        if (length > Excerpt.BYTES_MAX + 3) {
            return null;
        }
        int at = window.at(offset + 4, length);
        if (at < 0) {
            return null;
        }
        try {
            lastBytes = Arrays.copyOfRange(window.bytes(), at, at + length);
            return Excerpt.decode(lastBytes, stream);
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.CORRUPT) {
                return null;
            }
            throw e;
        }
    }

    /** Where the excerpt returned last begins, or the word at which the scan ended. */
    long lastOffset() {
        return lastOffset;
    }

    /** The excerpt returned last, as it stands in the file. */
    byte[] lastBytes() {
        return lastBytes;
    }

    /** Whether the scan ended at the mark behind which nothing belongs to the segment. */
    boolean isSealed() {
        return sealed;
    }

    @Override
    public void close() throws IOException {
        window.close();
    }
}
