package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes one backup, or adds to one what has come since.
 *
 * <p>First the groups behind the checkpoint, which may be freed soon; then what the journals hold up to the checkpoint;
 * then everything is read back; then the index is replaced, and only with that the backup is another one. Parts are
 * restored in the order journals, groups, so that each stream comes in order.
 */
final class BackupRun {
    private final Medium log;
    private final Medium backup;
    private final @Nullable BackupIndex before;
    private final List<BackupIndex.Lost> lost = new ArrayList<>();

    /** By stream: the highest sequence that is in the backup already; 0 is the order of commit. */
    private final Map<Long, Long> held = new HashMap<>();

    BackupRun(Medium log, Medium backup) {
        this.log = log;
        this.backup = backup;
        this.before = BackupIndex.read(backup);
    }

    /** The log gave something up while it was read; the same run, begun again, may succeed. */
    static final class Moved extends RuntimeException {
        private static final long serialVersionUID = 1;

        Moved() {
            super("the log was trimmed faster than it could be read", null, false, false);
        }
    }

    /** @throws Moved when a trim has taken away what was to be copied */
    Backup.Report run() throws IOException {
        BackupIndex old = before;
        // What could not be read last time may be whole by now, and belongs before what follows it.
        boolean adds = old != null && old.lost().isEmpty();
        if (old != null && adds) {
            takeUp(old);
        }
        long number = old == null ? 1 : old.run() + 1;
        try (BackupParts journals = new BackupParts(backup, "journals-" + number);
                BackupParts groups = new BackupParts(backup, "groups-" + number)) {
            backup.crashPoints().before(Step.BACKUP_GROUPS);
            BackupPoint point = BackupPoint.read(
                    log,
                    (group, inJournals) -> write(
                            group, groups, stream -> Math.max(heldBefore(stream), inJournals.applyAsLong(stream))));
            requireSameLog(point);
            backup.crashPoints().before(Step.BACKUP_JOURNALS);
            journals(point, journals);
            requireStillNeeded();
            backup.crashPoints().before(Step.BACKUP_MANIFEST);
            BackupIndex.Entry manifest = manifest(point, number);
            List<BackupIndex.Entry> parts = new ArrayList<>(old != null && adds ? old.parts() : List.of());
            parts.addAll(journals.finish());
            parts.addAll(groups.finish());
            BackupIndex index = new BackupIndex(
                    point.checkpoint().nodeId(), number, point.catalog().position(), manifest, parts, lost);
            backup.crashPoints().before(Step.BACKUP_INDEX);
            SmallFile.replace(backup, backup.root().resolve(BackupIndex.FILE), index.encode());
            backup.crashPoints().before(Step.BACKUP_FORGET);
            forgetOthers(index);
            return new Backup.Report(
                    index.position(),
                    journals.events() + groups.events(),
                    journals.bytes() + groups.bytes(),
                    lost.stream().map(range -> told(point.catalog(), range)).toList());
        }
    }

    private void takeUp(BackupIndex old) throws IOException {
        BackupIndex.verify(backup, old.manifest());
        Manifest manifest = old.manifestIn(backup);
        manifest.streams().forEach(stream -> held.put(stream.number(), stream.highWaterMark()));
        held.put(OrderExcerpt.STREAM, old.position());
    }

    private void requireSameLog(BackupPoint point) {
        BackupIndex old = before;
        if (old == null) {
            return;
        }
        if (!old.nodeId().equals(point.checkpoint().nodeId())) {
            throw new StorageException(
                    StorageException.Kind.SETUP,
                    "the backup is of log " + old.nodeId() + ", this is log "
                            + point.checkpoint().nodeId());
        }
        if (old.position() > point.catalog().position()) {
            throw new StorageException(
                    StorageException.Kind.SETUP,
                    "the backup reaches position " + old.position() + ", further than the log, which ends at "
                            + point.catalog().position());
        }
    }

    /** @param behind for each stream, the last number that is not wanted any more */
    private void write(CommitGroup group, BackupParts parts, LongUnaryOperator behind) {
        Map<Long, List<Frame>> runs = new LinkedHashMap<>();
        try {
            for (Frame frame : group.frames()) {
                if (LostNumbers.isTold(frame)) {
                    writeLost(frame, parts, behind);
                } else if (!frame.isControl() && frame.sequence() > behind.applyAsLong(frame.stream())) {
                    runs.computeIfAbsent(frame.stream(), stream -> new ArrayList<>())
                            .add(frame);
                }
            }
            for (List<Frame> run : runs.values()) {
                parts.frames(run);
            }
            long ordered = behind.applyAsLong(OrderExcerpt.STREAM);
            List<Run> order = group.runs().stream()
                    .filter(run -> run.end() > ordered + 1)
                    .map(run -> run.from(Math.max(run.position(), ordered + 1)))
                    .toList();
            if (!order.isEmpty()) {
                parts.order(order);
            }
        } catch (IOException e) {
            throw backup.failed("writing", backup.root(), e);
        }
    }

    private static void writeLost(Frame frame, BackupParts parts, LongUnaryOperator behind) throws IOException {
        long first = Math.max(Catalog.firstLost(frame), behind.applyAsLong(frame.stream()) + 1);
        if (first <= frame.sequence()) {
            parts.lost(frame.stream(), new LostExcerpt(first, frame.sequence()));
        }
    }

    private void journals(BackupPoint point, BackupParts parts) throws IOException {
        Manifest checkpoint = point.checkpoint();
        for (StreamState state : checkpoint.streams()) {
            long from = Math.max(heldBefore(state.number()) + 1, point.catalog().lowestNeeded(state.number()));
            if (!state.fork().isNone()) {
                from = Math.max(from, state.fork().sequence() + 1);
            }
            copy(state.number(), from, point.heldByJournal(state.number()), parts);
        }
        copy(OrderExcerpt.STREAM, heldBefore(OrderExcerpt.STREAM) + 1, point.heldByJournal(OrderExcerpt.STREAM), parts);
    }

    /**
     * A trim is a fact when it is committed, and takes files away before the next checkpoint tells of it; so it is looked
     * for where commits are.
     */
    private void requireStillNeeded() throws IOException {
        if (!lost.isEmpty()) {
            Catalog now = BackupPoint.read(log, (group, inJournals) -> {}).catalog();
            if (lost.stream().anyMatch(range -> now.lowestNeeded(range.stream()) > range.first())) {
                throw new Moved();
            }
        }
    }

    private long heldBefore(long stream) {
        return held.getOrDefault(stream, 0L);
    }

    /** Copies a range that the journal holds; where it cannot be read, the rest is noted as lost. */
    private void copy(long stream, long from, long through, BackupParts parts) throws IOException {
        if (from > through) {
            return;
        }
        JournalCopy copy = new JournalCopy(log, stream, from, through, parts);
        long reached = copy.run();
        if (reached < through) {
            if (stream == OrderExcerpt.STREAM) {
                throw log.corrupt(
                        "the order of commit cannot be read behind position " + reached,
                        log.streamDirectory(stream),
                        -1);
            }
            lost.add(new BackupIndex.Lost(stream, reached + 1, through));
        }
    }

    /** The state at the point, as that of a log that was closed in order and has no commit journal. */
    private BackupIndex.Entry manifest(BackupPoint point, long number) throws IOException {
        JournalPlace place = new JournalPlace(
                1, CommitSegment.HEADER_BYTES, point.group(), point.catalog().position());
        byte[] bytes = point.checkpoint()
                .at(place, Unapplied.nothingAt(place), point.catalog().streams())
                .asClean()
                .encode();
        String name = "manifest-" + number;
        Path file = backup.root().resolve(name);
        backup.disk().delete(file);
        try (Disk.Handle handle = backup.disk().create(file)) {
            handle.write(ByteBuffer.wrap(bytes), 0);
            handle.force(true);
        }
        BackupIndex.Entry entry = new BackupIndex.Entry(
                name, bytes.length, BackupIndex.hex(BackupIndex.sha256().digest(bytes)));
        BackupIndex.verify(backup, entry);
        return entry;
    }

    /** Files of runs that were stopped, and the manifest of the run before. */
    private void forgetOthers(BackupIndex index) throws IOException {
        java.util.Set<String> named =
                index.parts().stream().map(BackupIndex.Entry::name).collect(Collectors.toSet());
        named.add(index.manifest().name());
        for (Path file : backup.disk().list(backup.root())) {
            String name = String.valueOf(file.getFileName());
            if (name.matches("(manifest|journals|groups)-[-0-9]+") && !named.contains(name)) {
                backup.disk().delete(file);
            }
        }
        backup.disk().forceDirectory(backup.root());
    }

    private static Backup.Lost told(Catalog catalog, BackupIndex.Lost range) {
        String name = catalog.stream(range.stream()).map(StreamState::name).orElse("");
        return new Backup.Lost(name, range.first(), range.through());
    }
}
