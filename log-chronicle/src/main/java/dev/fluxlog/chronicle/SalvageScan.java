package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds every excerpt of a segment whose head is intact, wherever it stands.
 *
 * <p>Problem: a segment is a chain, and whoever follows it sees nothing behind the first broken link. Idea: an excerpt
 * names its stream and protects its own head, so it can be recognised without the chain, at any multiple of 4.
 *
 * <p>Slower than {@link JournalScan}, which is for segments that may be taken to be whole. It judges nothing: what it
 * finds may never have been committed.
 */
final class SalvageScan implements AutoCloseable {
    private static final int STEP = 4;

    private final long stream;
    private final ScanWindow window;
    private final long end;
    private long offset;
    private long lastOffset;

    /** @param from where to begin, a multiple of 4 */
    SalvageScan(Medium medium, Path file, long stream, long from) throws IOException {
        this(new ScanWindow(medium.disk().openToRead(file)), stream, from, Long.MAX_VALUE);
    }

    /** Up to a run of zeros that is longer than that, on a window that the caller may use between two calls; closing the scan closes it. */
    SalvageScan(ScanWindow window, long stream, long from, long zerosMax) throws IOException {
        this.stream = stream;
        this.window = window;
        this.offset = from;
        this.end = window.endOfContent(from, window.size(), zerosMax);
    }

    /** The next one in the order of the file, or null at its end. */
    @Nullable
    Excerpt next() throws IOException {
        for (; offset < end; offset += STEP) {
            int length = lengthAt(window, offset, stream);
            Excerpt found = length < 0 ? null : decode(length);
            if (found != null) {
                lastOffset = offset;
                offset += (length + STEP - 1L) / STEP * STEP;
                return found;
            }
        }
        return null;
    }

    /** Where the excerpt returned last begins. */
    long lastOffset() {
        return lastOffset;
    }

    /** Length of the excerpt that may begin here, as its head claims, or -1. */
    static int lengthAt(ScanWindow window, long offset, long stream) throws IOException {
        int at = window.at(offset, Excerpt.HEADER_BYTES);
        if (at < 0) {
            return -1;
        }
        byte[] bytes = window.bytes();
        boolean known =
                bytes[at] == FrameExcerpt.MAGIC || bytes[at] == OrderExcerpt.MAGIC || bytes[at] == LostExcerpt.MAGIC;
        if (!known) {
            return -1;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, at, Excerpt.HEADER_BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.getLong(8) != stream || in.getInt(24) < 1 || in.getInt(28) < 0) {
            return -1;
        }
        int entryBytes = bytes[at] == FrameExcerpt.MAGIC
                ? FrameExcerpt.ENTRY_BYTES
                : bytes[at] == OrderExcerpt.MAGIC ? OrderExcerpt.ENTRY_BYTES : LostExcerpt.ENTRY_BYTES;
        long length = Excerpt.HEADER_BYTES + (long) entryBytes * in.getInt(24) + in.getInt(28);
        return length <= Excerpt.BYTES_MAX ? (int) length : -1;
    }

    private @Nullable Excerpt decode(int length) throws IOException {
        int at = window.at(offset, length);
        if (at < 0) {
            return null;
        }
        try {
            return Excerpt.decode(Arrays.copyOfRange(window.bytes(), at, at + length), stream);
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.CORRUPT) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        window.close();
    }
}
