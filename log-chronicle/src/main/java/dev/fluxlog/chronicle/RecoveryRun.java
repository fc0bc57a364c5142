package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Brings a directory to the state in which a log works on it.
 *
 * <p>The commit journal is the truth for everything behind the checkpoint. It is read once to the end, which decides
 * what is committed and which streams were touched; their journals are settled, and what they lack is copied in a second
 * pass. No other journal is looked at. Every step can be repeated after a stop in it.
 */
final class RecoveryRun {
    private static final long PASS_BYTES_MAX = 8 << 20;

    private final Medium medium;
    private final JournalWriter writer;
    private final List<String> repairs = new ArrayList<>();

    RecoveryRun(Medium medium, JournalWriter writer) {
        this.medium = medium;
        this.writer = writer;
    }

    /**
     * Raises the epoch; from here on the log counts as not closed in order.
     *
     * @return the manifest as it was before
     * @throws StorageException {@code CORRUPT}, {@code UNSUPPORTED_VERSION} or {@code IO}
     */
    Manifest begin() {
        Manifest stored = storedManifest(medium);
        medium.crashPoints().before(Step.OPEN_EPOCH);
        replaceManifest(stored.nextEpoch());
        makeDirectories();
        return stored;
    }

    /** @throws StorageException {@code CORRUPT}, {@code UNSUPPORTED_VERSION} or {@code IO} */
    Recovered run(Manifest stored) {
        Catalog catalog = new Catalog(stored.place().position(), stored.streams());
        Map<Long, Long> touched = new HashMap<>();
        CommitScan scan = new CommitScan(medium, stored);
        JournalPlace end = scan.run((group, behind) -> fold(group, catalog, touched));
        repairs.addAll(scan.repairs());
        requireAcknowledged(end);
        boolean goOn =
                stored.clean() && end.equals(stored.place()) && scan.repairs().isEmpty();
        if (!touched.isEmpty()) {
            scan.force();
            if (settle(stored, catalog, touched)) {
                copyMissing(scan);
            }
        }
        writer.caughtUp();
        JournalPlace place = goOn ? end : nextSegment(end);
        return new Recovered(stored.nextEpoch().at(place, catalog.streams()), catalog, goOn, repairs);
    }

    /** What follows the end may be the rest of an interrupted write, so nothing is ever written there again. */
    private JournalPlace nextSegment(JournalPlace end) {
        Path file = medium.commitDirectory().resolve(CommitSegment.fileName(end.segment()));
        return medium.disk().exists(file) ? end.inSegment(end.segment() + 1) : end;
    }

    /** The manifest as it is stored, or a new one where there is no log yet. */
    static Manifest storedManifest(Medium medium) {
        try {
            if (medium.disk().exists(medium.manifestFile())) {
                return Manifest.decode(SmallFile.read(medium, medium.manifestFile(), Manifest.BYTES_MAX));
            }
            if (!medium.disk().list(medium.commitDirectory()).isEmpty()
                    || !medium.disk().list(medium.streamsDirectory()).isEmpty()) {
                throw medium.corrupt("there are journals but no manifest", medium.manifestFile(), 0);
            }
            return Manifest.create(UUID.randomUUID());
        } catch (IOException e) {
            throw medium.failed("reading", medium.manifestFile(), e);
        } catch (StorageException e) {
            throw e.in(medium.name(medium.manifestFile()), 0);
        }
    }

    private void replaceManifest(Manifest manifest) {
        try {
            SmallFile.replace(medium, medium.manifestFile(), manifest.encode());
        } catch (IOException e) {
            throw medium.failed("replacing", medium.manifestFile(), e);
        }
    }

    private void makeDirectories() {
        try {
            medium.makeDirectory(medium.commitDirectory());
            medium.makeDirectory(medium.streamsDirectory());
        } catch (IOException e) {
            throw medium.failed("making the directories of", medium.root(), e);
        }
    }

    /** A journal whose end became zeros looks complete; what was acknowledged tells that it is not. */
    private void requireAcknowledged(JournalPlace end) {
        AcknowledgedMark.Note note;
        try {
            note = AcknowledgedMark.read(medium);
        } catch (IOException e) {
            throw medium.failed("reading the mark in", medium.commitDirectory(), e);
        }
        if (note == null || note.group() <= end.group()) {
            return;
        }
        String lost = "positions " + (end.position() + 1) + " to " + note.position() + " (groups " + (end.group() + 1)
                + " to " + note.group() + ") were acknowledged and are missing";
        if (!note.process()) {
            throw medium.corrupt(
                    lost, medium.commitDirectory().resolve(CommitSegment.fileName(end.segment())), end.offset());
        }
        repairs.add("Lost, as the durability PROCESS allows when the power fails: " + lost);
    }

    private static void fold(CommitGroup group, Catalog catalog, Map<Long, Long> touched) {
        catalog.apply(group);
        if (group.lastPosition() > 0) {
            touched.put(OrderExcerpt.STREAM, group.lastPosition());
        }
        group.frames().stream()
                .filter(frame -> !frame.isControl())
                .forEach(frame -> touched.put(frame.stream(), frame.sequence()));
    }

    /** Whether a journal lacks frames. */
    private boolean settle(Manifest stored, Catalog catalog, Map<Long, Long> touched) {
        Catalog before = new Catalog(stored.place().position(), stored.streams());
        long missing = 0;
        int behind = 0;
        for (Map.Entry<Long, Long> entry : touched.entrySet()) {
            medium.crashPoints().before(Step.RECOVER_JOURNALS);
            long stream = entry.getKey();
            long high = entry.getValue();
            long mark = stream == OrderExcerpt.STREAM
                    ? stored.place().position()
                    : Math.max(
                            before.stream(stream)
                                    .map(StreamState::highWaterMark)
                                    .orElse(0L),
                            forkPoint(catalog, stream));
            JournalSettling settling = new JournalSettling(medium, stream);
            long last = settling.settle(mark, high);
            writer.presentThrough(stream, last, settling.kept());
            repairs.addAll(settling.repairs());
            missing += high - last;
            behind += last < high ? 1 : 0;
        }
        if (missing > 0) {
            repairs.add("Copied " + missing + " events from the commit journal into the journals of " + behind
                    + " streams");
        }
        return missing > 0;
    }

    /** What a fork shares was never in its own journal. */
    private static long forkPoint(Catalog catalog, long stream) {
        return catalog.stream(stream).map(state -> state.fork().sequence()).orElse(0L);
    }

    private void copyMissing(CommitScan scan) {
        List<CommitGroup> pass = new ArrayList<>();
        long[] bytes = {0};
        scan.run((group, place) -> {
            pass.add(group);
            bytes[0] += group.bytes().length;
            if (bytes[0] >= PASS_BYTES_MAX) {
                writer.write(pass);
                pass.clear();
                bytes[0] = 0;
            }
        });
        writer.write(pass);
    }
}
