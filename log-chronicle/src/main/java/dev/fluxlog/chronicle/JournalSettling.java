package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Decides, after a stop that was not in order, how far a stream journal can be believed.
 *
 * <p>Everything through the checkpoint's mark was forced and is left alone; where it is damaged so that the journal cannot
 * be used, its segment is written anew with all that is whole in it. Behind the mark the journal counts as far as its
 * frames are whole and dense, and no further; what comes then is put into quarantine, the segment is sealed there, and
 * appends go on in a new one. The frames that are missing now are copied from the commit journal by the caller, so no
 * guess is ever needed.
 *
 * <p>What a journal holds beyond the commit journal is put away like that too, but only once its numbers are accounted
 * for: see {@link Leftovers}.
 *
 * <p>It always seals, also behind an end that looks clean: after a power loss a hole between two records looks the same.
 */
final class JournalSettling {
    /** Answer of {@link #settleWithin}: the journal has to be accounted for first. */
    static final long BEYOND = -1;

    private static final int ENDS_BYTES = 64 << 10;

    private final Medium medium;
    private final long stream;
    private final List<LostExcerpt> lost;
    private final Path directory;

    /** Whether what is in the files may be another mixture of older and newer content than any process has seen. */
    private boolean powerMayHaveFailed = true;

    /** What is believed: segments in order, each with the first excerpt in it. */
    private final Map<Path, byte[]> kept = new LinkedHashMap<>();

    /** Segments of which nothing is believed. */
    private final List<Path> unwanted = new ArrayList<>();

    /** Segments that are damaged before the mark. */
    private final List<Path> damaged = new ArrayList<>();

    private final List<String> repairs = new ArrayList<>();

    // Where the believable part ends so far, and whether a segment broke off there.
    private long last;
    private boolean broken;
    private Path cutFile;
    private long cutOffset;

    /** @param lost numbers behind the mark whose events are lost, as the commit journal says */
    JournalSettling(Medium medium, long stream, List<LostExcerpt> lost) {
        this.medium = medium;
        this.stream = stream;
        this.lost = lost;
        this.directory = medium.streamDirectory(stream);
        this.cutFile = directory;
    }

    /**
     * The operating system has not been started again since the journal was written, so its files are as the process left
     * them: whether Chronicle can read them shows when somebody wants to, and no order of forces has to be kept.
     */
    JournalSettling withThePowerOn() {
        powerMayHaveFailed = false;
        return this;
    }

    /**
     * Settles the journal; repeatable.
     *
     * @param mark highest sequence at the checkpoint
     * @param high highest sequence committed
     * @return the last sequence that the journal holds in a run from the mark on
     */
    long settle(long mark, long high) {
        return settle(mark, high, false);
    }

    /**
     * Settles the journal unless it holds something beyond what is committed.
     *
     * @return as {@link #settle}, or {@link #BEYOND}: nothing that tells of it was changed
     */
    long settleWithin(long mark, long high) {
        return settle(mark, high, true);
    }

    private long settle(long mark, long high, boolean within) {
        last = mark;
        try {
            List<Integer> segments = StreamJournal.segmentsIn(medium, directory);
            for (int segment : segments.subList(begin(segments, mark), segments.size())) {
                Path file = SegmentName.file(directory, segment);
                if (isDamagedBefore(file, mark)) {
                    damaged.add(file);
                } else if (broken || !damaged.isEmpty()) {
                    unwanted.add(file);
                } else {
                    scan(file, mark, high);
                }
            }
            if (within && isBeyond(high)) {
                return BEYOND;
            }
            for (Path file : unwanted) {
                setAside(medium, stream, file);
            }
            if (broken && kept.containsKey(cutFile)) {
                seal();
            }
            for (Path file : damaged) {
                rewrite(file, mark);
            }
            requireReadable(segments, within);
            return last;
        } catch (IOException e) {
            throw medium.failed("settling", directory, e);
        }
    }

    /** What was found that no crash explains. */
    List<String> repairs() {
        return repairs;
    }

    /** Files that hold what was believed; they may never have been forced. */
    Set<Path> kept() {
        return kept.keySet();
    }

    /** Index of the newest segment that begins at or before the first sequence behind the mark. */
    private int begin(List<Integer> segments, long mark) throws IOException {
        for (int i = segments.size() - 1; i > 0; i--) {
            long first = JournalScan.firstSequence(medium, SegmentName.file(directory, segments.get(i)), stream);
            if (first >= 0 && first <= mark + 1) {
                return i;
            }
        }
        return 0;
    }

    /** Whether something whole that was there at the checkpoint stands behind damage. */
    private boolean isDamagedBefore(Path file, long mark) throws IOException {
        long reached = 0;
        try (JournalScan scan = new JournalScan(medium, file, stream)) {
            for (Excerpt excerpt = scan.next(); excerpt != null && reached < mark; excerpt = scan.next()) {
                reached = excerpt.lastSequence();
            }
            if (reached >= mark || scan.isSealed()) {
                return false;
            }
        }
        return SegmentIndex.of(medium, file, stream).holdsAny(reached + 1, mark);
    }

    private void scan(Path file, long mark, long high) throws IOException {
        byte[] first = null;
        cutFile = file;
        try (JournalScan scan = new JournalScan(medium, file, stream)) {
            Excerpt excerpt = scan.next();
            while (excerpt != null && isBelievable(excerpt, mark, high)) {
                first = first == null ? scan.lastBytes() : first;
                last = Math.max(last, excerpt.lastSequence());
                excerpt = scan.next();
            }
            cutOffset = scan.lastOffset();
            broken = excerpt != null || !scan.isSealed();
        }
        if (first == null) {
            // Perhaps killed while Chronicle made it: such a file keeps the queue from opening.
            unwanted.add(file);
        } else {
            kept.put(file, first);
        }
    }

    /**
     * Chronicle has its own words in front of ours, and where it cannot read one segment the journal takes no append and
     * another cannot be read: such a segment is written anew. After a stop only those behind the mark are looked at, and
     * all of them when the journal did not take an append.
     */
    private void requireReadable(List<Integer> segments, boolean within) throws IOException {
        Map<Path, byte[]> firsts = new LinkedHashMap<>(kept);
        boolean whole = true;
        for (int segment : segments) {
            Path file = SegmentName.file(directory, segment);
            if (medium.disk().exists(file) && !(within && kept.containsKey(file))) {
                byte[] first = within ? null : JournalScan.firstBytes(medium, file, stream);
                whole &= (within || first != null) && SegmentHead.isSound(medium, file);
                if (first != null) {
                    firsts.put(file, first);
                }
            }
        }
        if (whole && within && !powerMayHaveFailed) {
            // Opening the journal makes it anew.
            return;
        }
        SegmentProbe probe = new SegmentProbe(medium, stream);
        if (firsts.isEmpty() && whole || whole && probe.allReadable(directory, firsts)) {
            return;
        }
        for (int segment : segments) {
            Path file = SegmentName.file(directory, segment);
            if (medium.disk().exists(file) && !probe.isReadable(file)) {
                rewrite(file, last);
            }
        }
    }

    private void rewrite(Path file, long through) throws IOException {
        repairs.add(rewrite(medium, stream, file, through));
    }

    /** Writes a segment anew, or sets it aside when nothing in it is whole; tells which. */
    static String rewrite(Medium medium, long stream, Path file, long through) throws IOException {
        if (SegmentRewrite.run(medium, stream, file, through)) {
            return "Wrote " + medium.name(file) + " anew with all that is whole in it: it could not be used";
        }
        setAside(medium, stream, file);
        return "Put " + medium.name(file) + " into quarantine: nothing in it can be used";
    }

    private boolean isBelievable(Excerpt excerpt, long mark, long high) {
        if (excerpt.lastSequence() <= mark) {
            return true;
        }
        if (excerpt.firstSequence() != last + 1 || excerpt.lastSequence() > high) {
            return false;
        }
        if (excerpt instanceof LostExcerpt word
                ? !lost.contains(word)
                : lost.stream().anyMatch(word -> word.overlaps(excerpt))) {
            return false;
        }
        try {
            excerpt.verify();
            return true;
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.CORRUPT) {
                return false;
            }
            throw e;
        }
    }

    /** Whether something behind the believable part has a number that is not committed. */
    private boolean isBeyond(long high) throws IOException {
        List<Path> files = new ArrayList<>(unwanted);
        files.addAll(damaged);
        if (broken && kept.containsKey(cutFile)) {
            files.add(cutFile);
        }
        for (Path file : files) {
            try (SalvageScan scan = new SalvageScan(medium, file, stream, file.equals(cutFile) ? cutOffset : 0)) {
                for (Excerpt excerpt = scan.next(); excerpt != null; excerpt = scan.next()) {
                    if (excerpt.lastSequence() > high) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /**
     * Ends the segment where the scan stands. The head of the file may say that Chronicle has written further, and it
     * would go on behind, where no reader ever comes; so a mark beside the file says that it has ended, which the next
     * checkpoint forces. What follows is overwritten with ends, so that nobody takes it for what counts. The first end is
     * written last, because it is the one by which the next recovery knows that all of it was done.
     */
    private void seal() throws IOException {
        long end;
        try (ScanWindow window = new ScanWindow(medium.disk().openToRead(cutFile))) {
            end = window.endOfContent(cutOffset);
            if (end > cutOffset) {
                Quarantine.copy(medium, window, cutOffset, end, quarantined(stream, cutFile) + "-" + cutOffset);
            }
        }
        medium.crashPoints().before(Step.RECOVER_JOURNALS);
        Path mark = SegmentName.sealedMark(directory, SegmentName.numberOf(cutFile));
        if (!medium.disk().exists(mark)) {
            medium.disk().create(mark).close();
        }
        try (Disk.Handle handle = medium.disk().open(cutFile)) {
            if (end > cutOffset) {
                for (long at = cutOffset + Integer.BYTES; at < end + Integer.BYTES; at += ENDS_BYTES) {
                    handle.write(ends((int) Math.min(ENDS_BYTES, end + 2 * Integer.BYTES - at)), at);
                }
                handle.force(true);
            }
            handle.write(ends(Integer.BYTES), cutOffset);
            if (powerMayHaveFailed || end > cutOffset) {
                handle.force(true);
            }
        }
    }

    private static ByteBuffer ends(int bytes) {
        ByteBuffer words =
                ByteBuffer.allocate(bytes / Integer.BYTES * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (words.hasRemaining()) {
            words.putInt(JournalScan.SEALED);
        }
        return words.flip();
    }

    private static void setAside(Medium medium, long stream, Path file) throws IOException {
        medium.crashPoints().before(Step.RECOVER_JOURNALS);
        Quarantine.move(medium, file, quarantined(stream, file));
        medium.disk().forceDirectory(medium.streamDirectory(stream));
    }

    private static String quarantined(long stream, Path file) {
        return String.format(Locale.ROOT, "%016x-", stream) + file.getFileName();
    }
}
