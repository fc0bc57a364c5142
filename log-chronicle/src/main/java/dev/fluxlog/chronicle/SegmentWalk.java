package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Visits every excerpt of a segment that can be read at all, also behind damage.
 *
 * <p>{@link JournalScan} ends where the chain of Chronicle's records stops being ours, because recovery believes nothing
 * behind that. Whoever looks for damage wants the rest too: behind a record that is no excerpt the chain is followed as
 * long as it looks like one, as Chronicle does; where it breaks, excerpts are looked for by their own heads and reported
 * as not reachable. Changes nothing.
 */
final class SegmentWalk {
    private static final int COMPLETE_LENGTH = 0x3FFF_FFFF;
    private static final int OWN = 0x4000_0000;

    private final Path file;
    private final long stream;
    private final byte magic;
    private final int entryBytes;
    private final ScanWindow window;
    private final Visitor visitor;

    private SegmentWalk(Path file, long stream, ScanWindow window, Visitor visitor) {
        boolean order = stream == OrderExcerpt.STREAM;
        this.file = file;
        this.stream = stream;
        this.magic = order ? OrderExcerpt.MAGIC : FrameExcerpt.MAGIC;
        this.entryBytes = order ? OrderExcerpt.ENTRY_BYTES : FrameExcerpt.ENTRY_BYTES;
        this.window = window;
        this.visitor = visitor;
    }

    /** Told what stands in the segment, in the order of the file. */
    interface Visitor {
        /**
         * @param place of the record
         * @param reachable whether the chain of records leads there
         */
        void excerpt(Excerpt excerpt, Place place, boolean reachable);

        /** What stands there is no excerpt of this journal, although the chain leads there. */
        void damaged(Place place, String what);
    }

    /** Where a record begins. */
    record Place(Path file, long offset) {}

    /** @throws StorageException {@code UNSUPPORTED_VERSION} */
    static void run(Medium medium, Path file, long stream, Visitor visitor) throws IOException {
        try (ScanWindow window = new ScanWindow(medium.disk().openToRead(file))) {
            new SegmentWalk(file, stream, window, visitor).walk();
        } catch (StorageException e) {
            throw e.in(medium.name(file), -1);
        }
    }

    private void walk() throws IOException {
        long offset = 0;
        long behindLast = 0;
        while (true) {
            int word = wordAt(offset);
            if (word == JournalScan.SEALED) {
                return;
            }
            int length = word & COMPLETE_LENGTH;
            if (word <= 0 || length == 0) {
                break;
            }
            long next = offset + 4 + (length + 3L) / 4 * 4;
            if ((word & OWN) == 0) {
                if (excerptAt(offset, length)) {
                    behindLast = next;
                } else if (next > window.size() - 4) {
                    break;
                }
            }
            offset = next;
        }
        search(behindLast);
    }

    /** The word at this place, 0 where the file ends. */
    private int wordAt(long offset) throws IOException {
        int at = window.at(offset, 4);
        return at < 0
                ? 0
                : ByteBuffer.wrap(window.bytes(), at, 4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt();
    }

    private boolean excerptAt(long offset, int length) throws IOException {
        Place place = new Place(file, offset);
        int at = length > Excerpt.BYTES_MAX + 3 ? -1 : window.at(offset + 4, length);
        if (at < 0) {
            visitor.damaged(place, "a record claims " + length + " bytes");
            return false;
        }
        try {
            visitor.excerpt(Excerpt.decode(Arrays.copyOfRange(window.bytes(), at, at + length), stream), place, true);
            return true;
        } catch (StorageException e) {
            requireDamage(e);
            visitor.damaged(place, e.getMessage());
            return false;
        }
    }

    /** Excerpts begin at multiples of 4, behind the word of their record. */
    private void search(long from) throws IOException {
        long at = from + 4;
        while (at + Excerpt.HEADER_BYTES <= window.size()) {
            int index = window.at(at, Excerpt.HEADER_BYTES);
            int length = index < 0 || !isExcerpt(window.bytes()[index]) ? 0 : lengthByHead(index);
            Excerpt found = length == 0 ? null : decode(at, length);
            if (found == null) {
                at += 4;
            } else {
                visitor.excerpt(found, new Place(file, at - 4), false);
                at += (length + 3L) / 4 * 4;
            }
        }
    }

    private boolean isExcerpt(byte first) {
        return first == magic || first == LostExcerpt.MAGIC;
    }

    private int lengthByHead(int index) {
        ByteBuffer head = ByteBuffer.wrap(window.bytes(), index, Excerpt.HEADER_BYTES)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
        long count = head.getInt(24);
        long content = head.getInt(28);
        int perEntry = window.bytes()[index] == LostExcerpt.MAGIC ? LostExcerpt.ENTRY_BYTES : entryBytes;
        long length = Excerpt.HEADER_BYTES + count * perEntry + content;
        boolean plausible = head.getLong(8) == stream && count >= 1 && content >= 0 && length <= Excerpt.BYTES_MAX;
        return plausible ? (int) length : 0;
    }

    private @org.jspecify.annotations.Nullable Excerpt decode(long offset, int length) throws IOException {
        int at = window.at(offset, length);
        if (at < 0) {
            return null;
        }
        try {
            return Excerpt.decode(Arrays.copyOfRange(window.bytes(), at, at + length), stream);
        } catch (StorageException e) {
            requireDamage(e);
            return null;
        }
    }

    private static void requireDamage(StorageException e) {
        if (e.kind() != StorageException.Kind.CORRUPT) {
            throw e;
        }
    }
}
