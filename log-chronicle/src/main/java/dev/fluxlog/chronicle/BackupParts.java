package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes excerpts into the part files of a backup: u32 length, then the excerpt as it stands in a stream journal, one
 * behind the other. Not thread-safe.
 */
final class BackupParts implements AutoCloseable {
    private static final long PART_BYTES = 64 << 20;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int RUNS_MAX = 1_000;

    private final Medium backup;
    private final String prefix;
    private final List<BackupIndex.Entry> written = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private byte[] excerpt = new byte[StreamJournal.GATHERED_BYTES_MAX];
    private long events;
    private long bytes;

    // The part at hand.
    private Disk.@Nullable Handle handle;
    private String name = "";
    private long length;
    private MessageDigest digest = BackupIndex.sha256();

    /** @param prefix of the names, like {@code part-3} */
    BackupParts(Medium backup, String prefix) {
        this.backup = backup;
        this.prefix = prefix;
    }

    /** Frames of one stream with adjacent sequences, each verified. */
    void frames(List<Frame> run) throws IOException {
        for (int from = 0, to; from < run.size(); from = to) {
            int content = 0;
            to = from;
            do {
                content += run.get(to).length();
                to++;
            } while (to < run.size()
                    && FrameExcerpt.bytesFor(
                                    to - from + 1, content + run.get(to).length())
                            <= StreamJournal.GATHERED_BYTES_MAX);
            int size = FrameExcerpt.bytesFor(to - from, content);
            if (excerpt.length < size) {
                excerpt = new byte[size];
            }
            write(FrameExcerpt.encode(run.subList(from, to), excerpt));
            events += to - from;
        }
    }

    /** Adjacent runs of the order of commit. */
    void order(List<Run> runs) throws IOException {
        for (int from = 0; from < runs.size(); from += RUNS_MAX) {
            List<Run> piece = runs.subList(from, Math.min(runs.size(), from + RUNS_MAX));
            write(OrderExcerpt.encode(piece, excerpt));
        }
    }

    /** The word that numbers of a stream, or positions, are lost for good. */
    void lost(long stream, LostExcerpt range) throws IOException {
        write(range.encode(stream, excerpt));
    }

    private void write(int size) throws IOException {
        if (handle == null) {
            name = prefix + "-" + (written.size() + 1);
            Path file = backup.root().resolve(name);
            backup.disk().delete(file);
            handle = backup.disk().create(file);
        }
        if (buffer.remaining() < 4 + size) {
            flush();
        }
        if (buffer.capacity() < 4 + size) {
            out(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(size)
                    .flip());
            out(ByteBuffer.wrap(excerpt, 0, size));
        } else {
            buffer.putInt(size).put(excerpt, 0, size);
        }
        if (length >= PART_BYTES) {
            endPart();
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        out(buffer);
        buffer.clear();
    }

    private void out(ByteBuffer content) throws IOException {
        int size = content.remaining();
        digest.update(content.duplicate());
        java.util.Objects.requireNonNull(handle).write(content, length);
        length += size;
    }

    private void endPart() throws IOException {
        if (handle == null) {
            return;
        }
        flush();
        handle.force(true);
        handle.close();
        handle = null;
        written.add(new BackupIndex.Entry(name, length, BackupIndex.hex(digest.digest())));
        bytes += length;
        length = 0;
        digest = BackupIndex.sha256();
    }

    /** Everything on the device, and read back. */
    List<BackupIndex.Entry> finish() throws IOException {
        endPart();
        written.forEach(part -> BackupIndex.verify(backup, part));
        return written;
    }

    long events() {
        return events;
    }

    long bytes() {
        return bytes;
    }

    /** Told the excerpts of a part. */
    interface Taker {
        void excerpt(Excerpt excerpt, long stream) throws IOException;
    }

    /** @throws StorageException {@code CORRUPT} */
    static void read(Medium backup, BackupIndex.Entry part, Taker taker) throws IOException {
        Path file = backup.root().resolve(part.name());
        try (ScanWindow window = new ScanWindow(backup.disk().openToRead(file))) {
            for (long at = 0; at < part.bytes(); ) {
                int size = length(window, at);
                int index = size < Excerpt.HEADER_BYTES || size > Excerpt.BYTES_MAX ? -1 : window.at(at + 4, size);
                if (index < 0) {
                    throw backup.corrupt("claims " + size + " bytes", file, at);
                }
                byte[] content = java.util.Arrays.copyOfRange(window.bytes(), index, index + size);
                long stream =
                        ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong(8);
                Excerpt decoded = Excerpt.decode(content, stream);
                decoded.verify();
                taker.excerpt(decoded, stream);
                at += 4 + size;
            }
        } catch (StorageException e) {
            throw e.in(part.name(), -1);
        }
    }

    private static int length(ScanWindow window, long at) throws IOException {
        int index = window.at(at, 4);
        return index < 0
                ? -1
                : ByteBuffer.wrap(window.bytes(), index, 4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt();
    }

    @Override
    public void close() throws IOException {
        if (handle != null) {
            handle.close();
            handle = null;
        }
    }
}
