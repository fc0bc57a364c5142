package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Visits every excerpt of a segment that can be read at all, also behind damage.
 *
 * <p>Problem: a segment is a chain of records, Chronicle follows it from the begin, and so one damaged word hides all that
 * stands behind. {@link JournalScan} ends there, because recovery believes nothing more. Whoever wants to serve or mend
 * what is whole goes on, but must not take for an event what stands in the payload of another: such a segment may itself
 * be stored as events.
 *
 * <p>Idea: a record whose word is damaged still says by its own head how long it is, and one whose head is damaged by its
 * word. Where both are, the walk goes on at the first excerpt, recognised by its head, from which a chain leads to the end
 * of the segment, or at least further than any record that begins at the damage could reach. What lies between belongs to
 * the damaged record; see {@link FrameSalvage} for what can be had of that.
 *
 * <p>Changes nothing, and judges nothing but where something stands.
 */
final class SegmentWalk {
    private static final int LENGTH = 0x3FFF_FFFF;
    private static final int OWN = 0x4000_0000;

    /**
     * Behind more zeros than a damaged device leaves in a segment nothing is looked for: misled by a damaged word, Chronicle
     * makes a file as long as the word says, which may be more than can be read.
     */
    static final long ZERO_BYTES_MAX = 128 << 20;

    /** "EOF", as a text of one byte's length in Chronicle's wire. */
    private static final int END_TEXT = 0x464F_45C3;

    /** Chronicle's heads and index pages are much shorter. */
    private static final int OWN_BYTES_MAX = 64 << 10;

    /** No record of ours is longer, with the word in front of it. */
    private static final long RECORD_BYTES_MAX = 4 + Excerpt.BYTES_MAX + 3L;

    private final Path file;
    private final long stream;
    private final ScanWindow window;
    private final Visitor visitor;

    // Behind the last record of ours, its last sequence, and whether the chain leads here.
    private long behind;
    private long last;
    private boolean reachable = true;

    private SegmentWalk(Path file, long stream, ScanWindow window, Visitor visitor) {
        this.file = file;
        this.stream = stream;
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

        /** What is left of a record whose head is damaged; nothing at the place can be decoded as this excerpt. */
        default void remains(FrameExcerpt excerpt, Place place) {
            excerpt(excerpt, place, false);
        }

        /** What stands there is no excerpt of this journal, although one belongs there. */
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
        begin();
        while (true) {
            long at = behind;
            while (isOwn(at) && byHead(at) == null) {
                at = next(at);
            }
            if (!isEnd(at)) {
                record(at);
                continue;
            }
            // Damage may look like an end or lead past records of ours, and Chronicle itself sets an end where it sees
            // none.
            long missed = search();
            if (missed < 0) {
                missed = end();
                if (missed <= at) {
                    return;
                }
            }
            visitor.damaged(new Place(file, behind), "no record of ours begins here");
            reachable = false;
            remains(behind, missed);
            behind = missed;
        }
    }

    /**
     * Chronicle's records at the begin are as long in each segment: where their words do not lead behind them, they are
     * damaged, and what they say is not believed.
     */
    private void begin() throws IOException {
        long at = 0;
        while (isOwn(at)) {
            at = next(at);
        }
        boolean leadsToOurs =
                at == SegmentHead.BEHIND || byHead(at) != null || next(at) > 0 && decode(at + 4, length(at)) != null;
        if (!leadsToOurs && window.size() > SegmentHead.BEHIND) {
            reachable = false;
            behind = SegmentHead.BEHIND;
        }
    }

    private void record(long at) throws IOException {
        long next = next(at);
        Excerpt excerpt = next < 0 || isOwn(at) ? null : decode(at + 4, length(at));
        if (excerpt == null) {
            excerpt = byHead(at);
            if (excerpt != null) {
                reachable = false;
                next = recordEnd(at, SalvageScan.lengthAt(window, at + 4, stream));
            }
        }
        if (excerpt == null) {
            damaged(at, next);
        } else {
            visitor.excerpt(excerpt, new Place(file, at), reachable);
            last = excerpt.lastSequence();
            behind = next;
        }
    }

    private void damaged(long at, long next) throws IOException {
        visitor.damaged(new Place(file, at), what(at, next));
        long goesOn = next;
        if (next < 0 || !leadsOn(next)) {
            reachable = false;
            goesOn = search();
            goesOn = goesOn < 0 ? end() : goesOn;
        }
        remains(at, goesOn);
        behind = goesOn;
    }

    /** Visits what is left of a record whose head is damaged. */
    private void remains(long from, long to) throws IOException {
        List<Frame> frames =
                stream == OrderExcerpt.STREAM ? List.of() : new FrameSalvage(window, stream, last).before(from, to);
        if (!frames.isEmpty()) {
            visitor.remains(FrameExcerpt.of(frames), new Place(file, from));
            last = frames.get(frames.size() - 1).sequence();
        }
    }

    private String what(long at, long next) throws IOException {
        if (next < 0) {
            return "no record begins here";
        }
        try {
            Excerpt.decode(bytes(at + 4, length(at)), stream);
            return "is not where it belongs";
        } catch (StorageException e) {
            return e.getMessage();
        }
    }

    /** Whether nothing follows: the word that ends a segment for good, or nothing but zeros. */
    private boolean isEnd(long at) throws IOException {
        int word = word(at);
        return word == JournalScan.SEALED
                || (word == 0 && window.isZero(at, Math.min(window.size(), at + ZERO_BYTES_MAX)));
    }

    /** The word at this place, 0 where the file ends. */
    private int word(long offset) throws IOException {
        int at = window.at(offset, 4);
        return at < 0
                ? 0
                : ByteBuffer.wrap(window.bytes(), at, 4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt();
    }

    private int length(long at) throws IOException {
        return word(at) & LENGTH;
    }

    private static long recordEnd(long at, int length) {
        return at + 4 + (length + 3L) / 4 * 4;
    }

    /** Where the record ends of which the word at this place tells, or -1 when it tells of none. */
    private long next(long at) throws IOException {
        int word = word(at);
        int length = word & LENGTH;
        long next = recordEnd(at, length);
        int most = (word & OWN) != 0 ? OWN_BYTES_MAX : Excerpt.BYTES_MAX + 3;
        return word > 0 && length > 0 && length <= most && next <= window.size() ? next : -1;
    }

    /** Whether the word tells of a record of Chronicle's. */
    private boolean isOwn(long at) throws IOException {
        return next(at) > 0 && (word(at) & OWN) != 0;
    }

    /** The excerpt behind the word at this place, as long as its head says, or null. */
    private @Nullable Excerpt byHead(long at) throws IOException {
        int length = SalvageScan.lengthAt(window, at + 4, stream);
        return length < 0 ? null : decode(at + 4, length);
    }

    private @Nullable Excerpt decode(long at, int length) throws IOException {
        try {
            return Excerpt.decode(bytes(at, length), stream);
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPT) {
                throw e;
            }
            return null;
        }
    }

    private byte[] bytes(long offset, int length) throws IOException {
        int at = window.at(offset, length);
        return at < 0 ? new byte[0] : Arrays.copyOfRange(window.bytes(), at, at + length);
    }

    /** Whether the chain leads from here to something whole, or to the end. */
    private boolean leadsOn(long from) throws IOException {
        long at = from;
        while (isOwn(at)) {
            at = next(at);
        }
        return isEnd(at) || (next(at) > 0 && decode(at + 4, length(at)) != null) || byHead(at) != null;
    }

    /** Where the chain can be taken up again behind damage, or -1. */
    private long search() throws IOException {
        SalvageScan scan = new SalvageScan(window, stream, behind, ZERO_BYTES_MAX);
        long astray = -1;
        for (Excerpt found = scan.next(); found != null; found = scan.next()) {
            long at = scan.lastOffset() - 4;
            if (at > behind && at > astray && found.firstSequence() > last) {
                long reached = follow(at);
                if (isEnd(reached) || reached > behind + RECORD_BYTES_MAX) {
                    return at;
                }
                astray = reached;
            }
        }
        return -1;
    }

    /** The first place on the chain from here at which no record begins. */
    private long follow(long from) throws IOException {
        long at = from;
        for (long next = next(at); next > 0; next = next(at)) {
            at = next;
        }
        return at;
    }

    /**
     * Behind everything but the words that end the segment, of which Chronicle's own has a text behind it. Misled by a
     * damaged word it may have set one far behind.
     */
    private long end() throws IOException {
        long end = contentEnd(window.size());
        while (end - 8 >= behind && word(end - 4) == END_TEXT && word(end - 8) == JournalScan.SEALED) {
            long before = contentEnd(end - 8);
            end = end - 8 - before >= 4 ? before : end - 8;
        }
        while (end - 4 >= behind && word(end - 4) == JournalScan.SEALED) {
            end -= 4;
        }
        return end;
    }

    private long contentEnd(long to) throws IOException {
        return (window.endOfContent(behind, to, ZERO_BYTES_MAX) + 3) / 4 * 4;
    }
}
