package dev.fluxlog.chronicle;

import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the commit journal from a place to its end and decides what the end is.
 *
 * <p>Problem: after a crash the last write may be there in part, and only that may be cut off; a group that was
 * acknowledged and went bad later must never be taken for it. Idea: a group is written only after the one before was
 * forced, so behind an incomplete write there is nothing valid, and the sectors that were not written are still zeros.
 * What does not look like that is damage and is reported.
 *
 * <p>It changes nothing except that {@link #quarantine} keeps a copy of what is cut, and that {@link #writeRepaired}
 * writes a group that was put together into its place.
 */
final class CommitScan {
    /** Devices write this much as a whole. */
    private static final int SECTOR_BYTES = 512;

    private final Medium medium;
    private final UUID nodeId;
    private final JournalPlace from;
    private final boolean keepsTorn;
    private final List<String> repairs = new ArrayList<>();
    private @Nullable Consumer<CommitGroup> beyond;
    private boolean repairing;
    private final List<Repaired> repaired = new ArrayList<>();

    // Where the scan stands.
    private JournalPlace place;
    private boolean process;
    private @Nullable CommitHeads heads;

    CommitScan(Medium medium, UUID nodeId, JournalPlace from) {
        this(medium, nodeId, from, true);
    }

    /**
     * Ends the journal, where groups were not forced, at the first one that is not whole, because the power may have
     * failed; it does not fail then.
     *
     * @param told of each whole group behind, which no longer counts
     */
    CommitScan endingAtDamage(Consumer<CommitGroup> told) {
        beyond = told;
        return this;
    }

    /** A damaged group and how it was written. */
    record Repaired(Path file, long offset, GroupRepair.Found found) {}

    /** Reads a damaged group, where groups were forced, as it was written, if that takes no guess: {@link GroupRepair}. */
    CommitScan repairing() {
        repairing = true;
        return this;
    }

    /** What the last run has read like that. */
    List<Repaired> repaired() {
        return repaired;
    }

    /**
     * Writes into their places what the last run has read like that, before anything that it was taken from changes. What
     * stood there is kept in quarantine. A stop on the way leaves what the next run reads in the same way.
     */
    void writeRepaired() {
        for (Repaired group : repaired) {
            try {
                group.found().write(medium, group.file(), group.offset());
            } catch (IOException e) {
                throw medium.failed("mending", group.file(), e);
            }
            repairs.add("Put group " + group.found().head().group() + " in " + medium.name(group.file()) + " at "
                    + group.offset() + " together again");
        }
    }

    /** A scan that tells of a torn tail and keeps no copy of it. */
    static CommitScan changingNothing(Medium medium, UUID nodeId, JournalPlace from) {
        return new CommitScan(medium, nodeId, from, false);
    }

    private CommitScan(Medium medium, UUID nodeId, JournalPlace from, boolean keepsTorn) {
        this.medium = medium;
        this.keepsTorn = keepsTorn;
        this.nodeId = nodeId;
        this.from = from;
        this.place = from;
    }

    /** Receives each group and the place behind it, in order. */
    interface Visitor {
        void group(CommitGroup group, JournalPlace behind);
    }

    JournalPlace from() {
        return from;
    }

    List<String> repairs() {
        return repairs;
    }

    /**
     * @return the place behind the last whole group
     * @throws StorageException {@code CORRUPT} with file and offset; {@code UNSUPPORTED_VERSION}; {@code IO}
     */
    JournalPlace run(Visitor visitor) {
        place = from;
        repairs.clear();
        repaired.clear();
        process = false;
        heads = CommitHeads.read(medium, nodeId, from);
        repairs.addAll(heads.repairs());
        List<CommitHeads.Segment> segments = heads.segments();
        for (int i = 0; i < segments.size(); i++) {
            boolean last = i == segments.size() - 1;
            CommitHeads.Segment segment = segments.get(i);
            long next = last ? Long.MAX_VALUE : segments.get(i + 1).head().firstGroup();
            try {
                scan(segment, next, visitor);
            } catch (StorageException e) {
                if (!endsAt(e, segment.head())) {
                    throw e;
                }
                visitBeyond(segments.subList(i, segments.size()));
                return place;
            } catch (IOException e) {
                throw medium.failed("scanning", segment.file(), e);
            }
        }
        return place;
    }

    /** Whether the damage is what the power may have left of groups that were never forced. */
    private boolean endsAt(StorageException e, CommitSegment head) {
        return beyond != null && head.process() && e.kind() == StorageException.Kind.CORRUPT;
    }

    /** Tells of every whole group behind the place, wherever it stands. */
    private void visitBeyond(List<CommitHeads.Segment> segments) {
        Consumer<CommitGroup> told = java.util.Objects.requireNonNull(beyond);
        for (CommitHeads.Segment segment : segments) {
            long begin = segment.head().number() == place.segment() ? place.offset() : CommitSegment.HEADER_BYTES;
            try (ScanWindow window = new ScanWindow(medium.disk().openToRead(segment.file()))) {
                long end = window.endOfContent(begin);
                for (long at = begin; at < end; at += CommitRecord.ALIGNMENT) {
                    CommitRecord head = headAt(window, at);
                    if (head != null && head.group() > place.group() && isWhole(window, at, head)) {
                        int frames = window.at(at + CommitRecord.HEADER_BYTES, head.framesBytes());
                        told.accept(head.group(window.bytes(), frames));
                    }
                }
            } catch (IOException e) {
                throw medium.failed("scanning", segment.file(), e);
            }
        }
        repairs.add("The commit journal is broken behind position " + place.position()
                + ", as the durability PROCESS allows when the power fails; nothing behind counts");
    }

    /** Segments that no longer count; they are to be put away before their numbers are needed. */
    List<Path> givenUp() {
        return heads == null ? List.of() : heads.givenUp();
    }

    /** Whether groups were written without being forced. */
    boolean isProcess() {
        return process;
    }

    /**
     * Two scans with the same end meet there, however much earlier one of them began.
     *
     * @throws StorageException {@code CORRUPT}
     */
    static void requireReached(Medium medium, JournalPlace end, JournalPlace reached) {
        if (reached.group() != end.group()) {
            throw medium.corrupt(
                    "the groups " + (reached.group() + 1) + " to " + end.group() + " cannot be read",
                    medium.commitDirectory().resolve(CommitSegment.fileName(reached.segment())),
                    reached.offset());
        }
    }

    /** Makes what the scan found durable, before anybody builds on it: it may never have been forced. */
    void force() {
        for (CommitHeads.Segment segment : heads == null ? List.<CommitHeads.Segment>of() : heads.segments()) {
            try (Disk.Handle handle = medium.disk().open(segment.file())) {
                handle.force(true);
            } catch (IOException e) {
                throw medium.failed("forcing", segment.file(), e);
            }
        }
    }

    private void scan(CommitHeads.Segment segment, long nextSegmentsFirst, Visitor visitor) throws IOException {
        Path file = segment.file();
        CommitSegment head = segment.head();
        process |= head.process();
        if (head.number() != place.segment() || place.offset() == CommitSegment.HEADER_BYTES) {
            place = place.inSegment(head.number());
            if (head.firstGroup() != place.group() + 1 || head.position() != place.position()) {
                throw medium.corrupt(
                        "begins with group " + head.firstGroup() + " behind position " + head.position() + ", expected "
                                + (place.group() + 1) + " behind " + place.position(),
                        file,
                        0);
            }
        }
        try (ScanWindow window = new ScanWindow(medium.disk().openToRead(file))) {
            while (place.group() + 1 < nextSegmentsFirst) {
                CommitGroup group = next(file, window);
                group = group == null && repairing && !head.process() ? repair(file, window) : group;
                if (group == null) {
                    break;
                }
                visitor.group(group, place);
            }
            if (nextSegmentsFirst == Long.MAX_VALUE) {
                decideEnd(file, window);
            } else if (place.group() + 1 != nextSegmentsFirst) {
                throw missing(file, nextSegmentsFirst - 1);
            }
        }
    }

    private StorageException missing(Path file, long throughGroup) {
        return medium.corrupt(
                "groups " + (place.group() + 1) + " to " + throughGroup + ", behind position " + place.position()
                        + ", cannot be read although later ones can; the doctor tells what is left",
                file,
                place.offset());
    }

    private @Nullable CommitGroup next(Path file, ScanWindow window) throws IOException {
        CommitRecord head = headAt(window, place.offset());
        if (head == null || head.group() != place.group() + 1 || head.firstPosition() != place.position() + 1) {
            return null;
        }
        int frames = window.at(place.offset() + CommitRecord.HEADER_BYTES, head.framesBytes());
        if (frames < 0 || !head.matches(window.bytes(), frames)) {
            return null;
        }
        CommitGroup group;
        try {
            group = head.group(window.bytes(), frames);
        } catch (StorageException e) {
            throw e.in(medium.name(file), place.offset());
        }
        place = place.behind(place.offset() + head.bytes(), head.lastPosition());
        return group;
    }

    private @Nullable CommitGroup repair(Path file, ScanWindow window) throws IOException {
        GroupRepair.Found found = new GroupRepair(medium, window, place).run();
        if (found == null) {
            return null;
        }
        CommitRecord head = found.head();
        CommitGroup group = head.group(found.frames(), 0);
        repaired.add(new Repaired(file, place.offset(), found));
        place = place.behind(place.offset() + head.bytes(), head.lastPosition());
        return group;
    }

    private static @Nullable CommitRecord headAt(ScanWindow window, long offset) throws IOException {
        int at = window.at(offset, CommitRecord.HEADER_BYTES);
        return at < 0 ? null : CommitRecord.decode(window.bytes(), at);
    }

    /** The journal ends where the scan stands: with zeros, with a write that was interrupted, or with damage. */
    private void decideEnd(Path file, ScanWindow window) throws IOException {
        long end = place.offset();
        long contentEnd = window.endOfContent(end);
        if (contentEnd == end) {
            return;
        }
        for (long at = end + CommitRecord.ALIGNMENT; at < contentEnd; at += CommitRecord.ALIGNMENT) {
            CommitRecord later = headAt(window, at);
            if (later != null && later.group() > place.group() && isWhole(window, at, later)) {
                throw missing(file, later.group() - 1);
            }
        }
        if (!isTorn(window, end, contentEnd)) {
            throw medium.corrupt(
                    "group " + (place.group() + 1) + ", behind position " + place.position()
                            + ", was written whole and is damaged; the doctor tells what is left",
                    file,
                    end);
        }
        quarantine(file, window, contentEnd);
    }

    private static boolean isWhole(ScanWindow window, long at, CommitRecord head) throws IOException {
        int frames = window.at(at + CommitRecord.HEADER_BYTES, head.framesBytes());
        return frames >= 0 && head.matches(window.bytes(), frames);
    }

    /** Whether a sector of the write, or of its head if that is all we know of it, was never written. */
    static boolean isTorn(ScanWindow window, long start, long contentEnd) throws IOException {
        CommitRecord head = headAt(window, start);
        long end = head == null
                ? Math.max(contentEnd, start + CommitRecord.HEADER_BYTES)
                : start + CommitRecord.HEADER_BYTES + head.framesBytes();
        for (long at = start; at < end; ) {
            long sectorEnd = Math.min(end, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
            if (window.isZero(at, sectorEnd)) {
                return true;
            }
            at = sectorEnd;
        }
        return false;
    }

    private void quarantine(Path file, ScanWindow window, long contentEnd) throws IOException {
        if (!keepsTorn) {
            repairs.add(
                    "ends in an interrupted write of " + (contentEnd - place.offset()) + " bytes at " + place.offset());
            return;
        }
        String name = "torn-" + file.getFileName() + "-" + place.offset();
        Path copy = Quarantine.copy(medium, window, place.offset(), contentEnd, name);
        repairs.add("Cut an interrupted write of " + (contentEnd - place.offset()) + " bytes from " + medium.name(file)
                + " at " + place.offset() + "; the bytes are kept in " + medium.name(copy));
    }
}
