package dev.fluxlog.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Whether what Chronicle keeps in a segment for itself leads nowhere but into the segment.
 *
 * <p>Problem: our excerpts carry checksums, Chronicle's own records do not, and it believes each number in them. One
 * flipped bit of a position makes it lengthen the file, or its list of mapped blocks until the heap is full.
 *
 * <p>Idea: the head of each segment of ours is the same but for a few numbers, and so is the page behind it that tells
 * where the pages of the index stand. A head that differs, or a number that leads to where nothing can be, is damage, and
 * then Chronicle is not asked: {@link SegmentIndex} finds what is there. A number that leads to a wrong place within the
 * segment does no harm, because what is read there is not what it has to be.
 *
 * <p>Reads 2 kB, a page of the index for each 8,192 excerpts and four bytes for each 64. Right also while the segment is
 * appended to: a position is written after what stands there. Changes nothing. The layout is part of our format
 * (docs/format.md).
 */
final class SegmentHead {
    /** From the begin through the head's last byte, with zeros where numbers are that differ. */
    private static final byte[] HEAD = HexFormat.of()
            .parseHex("c1000040b906686561646572b608534351"
                    + "53746f726582aa000000cd7772697465506f736974696f6e8e01000000008d"
                    + "02000000000000000000000000000000" + "00000000000000000000000000000000"
                    + "c8696e646578696e67b60c534351"
                    + "53496e646578696e67824c000000ca696e646578436f756e74a180"
                    + "cc696e64657853706163696e67a140cb696e64657832496e6465788f8f8fa7" + "0000000000000000"
                    + "c96c617374496e6465788e00000000a7" + "0000000000000000"
                    + "ca64617461466f726d6174a101000000");

    /** Behind the head, up to the numbers of its page. */
    private static final byte[] PAGES =
            HexFormat.of().parseHex("24040040b90b696e64657832696e6465788e01000000008d" + "8000000000000000");

    /** A page of the index, up to what fills it so that its numbers are aligned. */
    private static final byte[] PAGE = HexFormat.of().parseHex("b905696e646578");

    /** Where the first record of ours begins: behind the head, its page and the first page of the index. */
    static final int BEHIND = 0x910;

    private static final int USED_WRITE_POSITIONS_AT = 0x38;
    private static final int WRITE_POSITION_AT = 0x40;
    private static final int WRITE_SEQUENCE_AT = 0x48;
    private static final int PAGES_POSITION_AT = 0x98;
    private static final int LAST_INDEX_AT = 0xB0;
    private static final int PAGES_NUMBERS_AT = 0xF0;
    private static final int NUMBERS = 128;
    private static final int BYTES = PAGES_NUMBERS_AT + NUMBERS * Long.BYTES;

    private static final int LENGTH = 0x3FFF_FFFF;

    private final Disk.Handle handle;

    private SegmentHead(Disk.Handle handle) {
        this.handle = handle;
    }

    /** Whether Chronicle may read the segment and append to it. */
    static boolean isSound(Medium medium, Path file) throws IOException {
        try (Disk.Handle handle = medium.disk().openToRead(file)) {
            return new SegmentHead(handle).isSound();
        }
    }

    private boolean isSound() throws IOException {
        ByteBuffer bytes = read(0, BYTES);
        if (bytes.limit() < BYTES || !isHead(bytes) || !leadsIntoTheSegment(bytes.getLong(WRITE_POSITION_AT))) {
            return false;
        }
        if (bytes.getLong(PAGES_POSITION_AT) == 0) {
            // Killed before the page was made.
            return true;
        }
        for (int i = 0; i < NUMBERS; i++) {
            long page = bytes.getLong(PAGES_NUMBERS_AT + i * Long.BYTES);
            if (page != 0 && !(leadsIntoTheSegment(page) && isPage(page))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHead(ByteBuffer bytes) {
        long pages = bytes.getLong(PAGES_POSITION_AT);
        return isSame(bytes, 0, USED_WRITE_POSITIONS_AT, HEAD, 0)
                && isSame(bytes, WRITE_SEQUENCE_AT + 8, PAGES_POSITION_AT, HEAD, WRITE_SEQUENCE_AT + 8)
                && isSame(bytes, PAGES_POSITION_AT + 8, LAST_INDEX_AT, HEAD, PAGES_POSITION_AT + 8)
                && isSame(bytes, LAST_INDEX_AT + 8, HEAD.length, HEAD, LAST_INDEX_AT + 8)
                && (pages == 0
                        || pages == HEAD.length && isSame(bytes, HEAD.length, HEAD.length + PAGES.length, PAGES, 0));
    }

    private static boolean isSame(ByteBuffer bytes, int from, int to, byte[] expected, int expectedFrom) {
        for (int i = 0; i < to - from; i++) {
            if (bytes.get(from + i) != expected[expectedFrom + i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a page of the index stands there whose numbers all lead into the segment. */
    private boolean isPage(long at) throws IOException {
        long numbersAt = (at + Integer.BYTES + PAGE.length + 1 + 7) / 8 * 8 + 2 * Long.BYTES;
        ByteBuffer bytes = read(at + Integer.BYTES, (int) (numbersAt - at - Integer.BYTES) + NUMBERS * Long.BYTES);
        int numbers = bytes.limit() - NUMBERS * Long.BYTES;
        if (numbers < 0
                || !isSame(bytes, 0, PAGE.length, PAGE, 0)
                || bytes.getLong(numbers - 2 * Long.BYTES) != NUMBERS) {
            return false;
        }
        for (int i = 0; i < NUMBERS; i++) {
            if (!leadsIntoTheSegment(bytes.getLong(numbers + i * Long.BYTES))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the record at that place, if there is one, ends in the file. */
    private boolean leadsIntoTheSegment(long at) throws IOException {
        if (at == 0) {
            return true;
        }
        // The length is asked last: the file may have grown since the position was read.
        if (at < 0 || at % Integer.BYTES != 0 || at > handle.size() - Integer.BYTES) {
            return false;
        }
        int word = read(at, Integer.BYTES).getInt(0);
        return word == JournalScan.SEALED || at + Integer.BYTES + (word & LENGTH) <= handle.size();
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        handle.read(bytes, at);
        return bytes.flip();
    }
}
