package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings a directory to the state in which a log works on it.
 *
 * <p>The commit journal is the truth for everything behind the checkpoint. It is read once to the end, which decides
 * what is committed and which streams were touched; their journals are settled, unless the log was closed in order, and
 * what they lack is gathered in a second pass, as it had been before the stop. No other journal is looked at, unless
 * the commit journal has lost its end: then whatever numbers the journals know are committed as lost first. Every step
 * can be repeated after a stop in it.
 */
final class RecoveryRun {
    private static final long PASS_BYTES_MAX = 8 << 20;

    private final Medium medium;
    private final JournalWriter writer;
    private final Gathering gathering;
    private final Clock clock;
    private final Set<String> repairs = new LinkedHashSet<>();

    /** Whether the operating system may have been started since, so that the power may have failed. */
    private boolean otherStart = true;

    /** For each stream whose journal may lack numbers, the last one that it holds. */
    private final Map<Long, Long> appliedThrough = new HashMap<>();

    RecoveryRun(Medium medium, JournalWriter writer, Gathering gathering, Clock clock) {
        this.medium = medium;
        this.writer = writer;
        this.gathering = gathering;
        this.clock = clock;
    }

    /**
     * Raises the epoch; from here on the log counts as not closed in order.
     *
     * @return the manifest as it was before
     * @throws StorageException {@code CORRUPT}, {@code UNSUPPORTED_VERSION} or {@code IO}
     */
    Manifest begin() {
        ManifestFile.Stored stored = ManifestFile.read(medium);
        medium.crashPoints().before(Step.OPEN_EPOCH);
        StorageException damage = stored.damage();
        if (damage != null) {
            keepDamaged(damage);
        }
        ManifestFile.replace(medium, stored.manifest().nextEpoch());
        makeDirectories();
        return stored.manifest();
    }

    private void keepDamaged(StorageException damage) {
        repairs.add("Read the second manifest, because of the first: " + damage.getMessage());
        try {
            if (medium.disk().exists(medium.manifestFile())) {
                Quarantine.move(medium, medium.manifestFile(), "manifest");
                medium.disk().forceDirectory(medium.root());
            }
        } catch (IOException e) {
            throw medium.failed("putting away", medium.manifestFile(), e);
        }
    }

    /** @throws StorageException {@code CORRUPT}, {@code UNSUPPORTED_VERSION} or {@code IO} */
    Recovered run(Manifest stored) {
        AcknowledgedMark.Note note = note();
        // Nothing but the page cache keeps what was not forced, and that goes with the power.
        otherStart = note == null || !note.boot().equals(BootId.current());
        boolean isJournalGone = NewestSegment.isGone(medium, stored);
        Committed committed = Committed.read(medium, stored, otherStart && !stored.clean());
        repairs.addAll(committed.repairs());
        if (isJournalGone) {
            repairs.add("The commit journal was removed; all that stood in it is in the journals of the streams");
        }
        putAway(committed.scan().givenUp());
        boolean lost = isBehind(committed, note);
        if (lost || (otherStart && !stored.clean() && isProcess(committed, note))) {
            committed = tellWhatIsLost(stored, committed, note);
        }
        boolean goOn = stored.clean() && committed.end().equals(stored.place()) && repairs.isEmpty();
        if (!committed.touched().isEmpty()) {
            committed.scan().force();
        }
        if (goOn) {
            appliedThrough.putAll(stored.unapplied().appliedThrough());
        } else if (!settle(stored, committed)) {
            committed = tellWhatIsLost(stored, committed, note);
            if (!settle(stored, committed)) {
                throw medium.corrupt(
                        "a journal holds numbers that nothing accounts for", medium.streamsDirectory(), -1);
            }
        }
        Catalog catalog = committed.catalog();
        appliedThrough.keySet().removeIf(stream -> isUnneeded(catalog, stream));
        if (!appliedThrough.isEmpty()) {
            // The journal ends where the first scan found its end, whatever segments that no longer count lie behind
            // it.
            CommitScan scan =
                    new CommitScan(medium, stored.nodeId(), stored.unapplied().from()).endingAtDamage(noLonger -> {});
            gatherMissing(scan.repairing(), committed.end());
            scan.writeRepaired();
            repairs.addAll(scan.repairs());
        }
        JournalPlace place = goOn ? committed.end() : nextSegment(committed.end());
        Manifest manifest = stored.nextEpoch().at(place, gathering.unapplied(place), catalog.streams());
        return new Recovered(manifest, catalog, goOn, List.copyOf(repairs));
    }

    /** Its journal is about to be deleted. */
    private static boolean isUnneeded(Catalog catalog, long stream) {
        return catalog.stream(stream)
                .filter(state -> !Retention.isNeeded(catalog, state))
                .isPresent();
    }

    private static boolean isProcess(Committed committed, AcknowledgedMark.@Nullable Note note) {
        return committed.scan().isProcess() || (note != null && note.process());
    }

    private void putAway(List<Path> segments) {
        try {
            if (!segments.isEmpty()) {
                NewestSegment.forget(medium);
            }
            for (Path file : segments) {
                Quarantine.move(medium, file, String.valueOf(file.getFileName()));
                medium.disk().forceDirectory(medium.commitDirectory());
                repairs.add("Put " + medium.name(file) + " into quarantine: the journal ended before it");
            }
        } catch (IOException e) {
            throw medium.failed("putting away segments of", medium.commitDirectory(), e);
        }
    }

    /** Commits which numbers are lost, before any trace of them is put away. */
    private Committed tellWhatIsLost(Manifest stored, Committed committed, AcknowledgedMark.@Nullable Note note) {
        Leftovers leftovers = new Leftovers(medium, committed.catalog());
        LostNumbers lost = leftovers.find();
        repairs.addAll(leftovers.repairs());
        committed.beyond().forEach(lost::given);
        if (note != null) {
            lost.given(OrderExcerpt.STREAM, note.position());
        }
        if (lost.isEmpty()) {
            return committed;
        }
        repairs.add(lost.describe());
        LostSegment.write(medium, stored, nextSegment(committed.end()), lost, clock.instant());
        Committed again = Committed.read(medium, stored, false);
        putAway(again.scan().givenUp());
        return again;
    }

    /**
     * What follows the end may be the rest of an interrupted write, so nothing is ever written there again; and a file of
     * that name, if it was removed, would be read from the end on and not from its beginning.
     */
    private JournalPlace nextSegment(JournalPlace end) {
        Path file = medium.commitDirectory().resolve(CommitSegment.fileName(end.segment()));
        boolean isBegun =
                end.offset() > CommitSegment.HEADER_BYTES || medium.disk().exists(file);
        return isBegun ? end.inSegment(end.segment() + 1) : end;
    }

    private void makeDirectories() {
        try {
            medium.makeDirectory(medium.commitDirectory());
            medium.makeDirectory(medium.streamsDirectory());
        } catch (IOException e) {
            throw medium.failed("making the directories of", medium.root(), e);
        }
    }

    private AcknowledgedMark.@Nullable Note note() {
        try {
            return AcknowledgedMark.read(medium);
        } catch (IOException e) {
            throw medium.failed("reading the mark in", medium.commitDirectory(), e);
        }
    }

    /** A journal whose end became zeros looks complete; what was acknowledged tells that it is not. */
    private boolean isBehind(Committed committed, AcknowledgedMark.@Nullable Note note) {
        JournalPlace end = committed.end();
        if (note == null || note.group() <= end.group()) {
            return false;
        }
        String lost = "positions " + (end.position() + 1) + " to " + note.position() + " (groups " + (end.group() + 1)
                + " to " + note.group() + ") were acknowledged and are missing";
        if (!note.process()) {
            throw medium.corrupt(
                    lost, medium.commitDirectory().resolve(CommitSegment.fileName(end.segment())), end.offset());
        }
        if (note.position() > end.position()) {
            repairs.add("Lost, as the durability PROCESS allows when the power fails: " + lost);
        }
        return true;
    }

    /** False when a journal holds something beyond what is committed; then all of it has to be done again. */
    private boolean settle(Manifest stored, Committed committed) {
        Catalog before = new Catalog(stored.place().position(), stored.streams());
        Map<Long, Long> held = stored.unapplied().appliedThrough();
        Map<Long, Long> touched = new LinkedHashMap<>(committed.touched());
        held.keySet().forEach(stream -> touched.putIfAbsent(stream, highWaterMark(committed.catalog(), stream)));
        List<Touched> all = new ArrayList<>();
        touched.forEach((stream, high) -> {
            long atCheckpoint = stream == OrderExcerpt.STREAM
                    ? stored.place().position()
                    : Math.max(highWaterMark(before, stream), forkPoint(committed.catalog(), stream));
            JournalSettling settling = new JournalSettling(medium, stream, committed.lost(stream));
            settling = otherStart ? settling : settling.withThePowerOn();
            all.add(new Touched(stream, held.getOrDefault(stream, atCheckpoint), high, settling));
        });
        ManyFiles.run(all, Touched::settle);
        long missing = 0;
        int behind = 0;
        for (Touched journal : all) {
            if (journal.last == JournalSettling.BEYOND) {
                return false;
            }
            appliedThrough.put(journal.stream, journal.last);
            writer.note(journal.settling.kept());
            repairs.addAll(journal.settling.repairs());
            missing += journal.high - journal.last;
            behind += journal.last < journal.high ? 1 : 0;
        }
        if (missing > 0) {
            repairs.add("Took " + missing + " numbers from the commit journal that the journals of " + behind
                    + " streams do not hold");
        }
        return true;
    }

    /** A journal that was written to since the checkpoint. */
    private final class Touched {
        final long stream;
        final long mark;
        final long high;
        final JournalSettling settling;

        /** What {@link JournalSettling#settleWithin} has answered. */
        long last;

        Touched(long stream, long mark, long high, JournalSettling settling) {
            this.stream = stream;
            this.mark = mark;
            this.high = high;
            this.settling = settling;
        }

        void settle() {
            medium.crashPoints().before(Step.RECOVER_JOURNALS);
            last = settling.settleWithin(mark, high);
        }
    }

    private static long highWaterMark(Catalog catalog, long stream) {
        return catalog.stream(stream).map(StreamState::highWaterMark).orElse(0L);
    }

    /** What a fork shares was never in its own journal. */
    private static long forkPoint(Catalog catalog, long stream) {
        return catalog.stream(stream).map(state -> state.fork().sequence()).orElse(0L);
    }

    private void gatherMissing(CommitScan scan, JournalPlace end) {
        List<CommittedGroup> pass = new ArrayList<>();
        long[] bytes = {0};
        JournalPlace[] previous = {scan.from()};
        JournalPlace reached = scan.run((group, place) -> {
            boolean lost = group.frames().stream().anyMatch(LostNumbers::isTold);
            if (lost || bytes[0] >= PASS_BYTES_MAX) {
                gather(pass);
                bytes[0] = 0;
            }
            if (lost) {
                // Nothing else stands in such a group.
                group.frames().forEach(this::writeLost);
            } else {
                pass.add(CommittedGroup.after(previous[0], group, place));
                bytes[0] += group.bytes().length;
            }
            previous[0] = place;
        });
        gather(pass);
        CommitScan.requireReached(medium, end, reached);
    }

    private long appliedThrough(long stream) {
        return appliedThrough.getOrDefault(stream, Long.MAX_VALUE);
    }

    private void gather(List<CommittedGroup> pass) {
        gathering.takeStored(pass, this::appliedThrough);
        pass.clear();
    }

    private void writeLost(Frame frame) {
        long applied = appliedThrough(frame.stream());
        if (frame.sequence() > applied) {
            gathering.write(frame.stream());
            long first = Math.max(Catalog.firstLost(frame), applied + 1);
            writer.writeLost(frame.stream(), new LostExcerpt(first, frame.sequence()));
        }
    }
}
