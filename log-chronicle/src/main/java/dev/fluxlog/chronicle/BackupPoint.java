package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One point of a log that may go on while it is looked at: the last checkpoint, and the groups behind it through the last
 * acknowledged one.
 *
 * <p>The manifest is replaced as a whole, what it speaks of is forced, and a group that was acknowledged changes no more:
 * so all this can be read without the owner knowing. What can happen meanwhile is that a later checkpoint frees the
 * segments, or that a trim takes events away; then the caller begins again from a newer manifest.
 *
 * @param checkpoint what the stream journals hold, and what they lack
 * @param checkpointMarks the high-water marks there
 * @param catalog the state of all streams at the point
 * @param group number of the last group
 */
record BackupPoint(Manifest checkpoint, Map<Long, Long> checkpointMarks, Catalog catalog, long group) {
    private static final int NOTE_READS_MAX = 5;

    /** Ends a scan at the last acknowledged group: what follows may be half written. */
    private static final class Reached extends RuntimeException {
        private static final long serialVersionUID = 1;

        Reached() {
            super("reached", null, false, false);
        }
    }

    /** Given what the stream journals do not hold at the checkpoint. */
    interface Groups {
        /** @param held for each stream, 0 for the order of commit, the last number that its journal holds */
        void group(CommitGroup group, LongUnaryOperator held);
    }

    /** The last sequence of a stream that its journal holds at the checkpoint; for the order of commit, a position. */
    long heldByJournal(long stream) {
        long all = stream == OrderExcerpt.STREAM
                ? checkpoint.place().position()
                : checkpointMarks.getOrDefault(stream, 0L);
        return checkpoint.unapplied().appliedThrough().getOrDefault(stream, all);
    }

    private static BackupPoint at(Manifest stored) {
        Map<Long, Long> marks = new HashMap<>();
        stored.streams().forEach(stream -> marks.put(stream.number(), stream.highWaterMark()));
        return new BackupPoint(
                stored,
                marks,
                new Catalog(stored.place().position(), stored.streams()),
                stored.place().group());
    }

    private BackupPoint through(long newGroup) {
        return new BackupPoint(checkpoint, checkpointMarks, catalog, newGroup);
    }

    /**
     * @param groups given, in order, each group that has something the journals lack
     * @throws StorageException {@code CORRUPT}, {@code UNSUPPORTED_VERSION} or {@code IO}
     */
    static BackupPoint read(Medium medium, Groups groups) throws IOException {
        if (!medium.disk().exists(medium.manifestFile())) {
            throw new StorageException(StorageException.Kind.SETUP, "there is no log here");
        }
        AcknowledgedMark.@Nullable Note note = note(medium);
        Manifest stored = ManifestFile.read(medium).manifest();
        BackupPoint begin = at(stored);
        long checkpointed = stored.place().group();
        long through = note == null ? Long.MAX_VALUE : Math.max(note.group(), checkpointed);
        if (through == checkpointed && stored.unapplied().isEmpty()) {
            return begin;
        }
        JournalPlace from = stored.unapplied().from();
        long[] last = {from.group()};
        try {
            CommitScan.changingNothing(medium, stored.nodeId(), from).run((group, behind) -> {
                if (behind.group() > checkpointed) {
                    begin.catalog().apply(group);
                }
                groups.group(group, begin::heldByJournal);
                last[0] = behind.group();
                if (behind.group() == through) {
                    throw new Reached();
                }
            });
        } catch (Reached end) {
            return begin.through(through);
        }
        if (last[0] < checkpointed || (note != null && !note.process() && last[0] < through)) {
            throw medium.corrupt(
                    "groups behind " + last[0] + " were acknowledged and are missing", medium.commitDirectory(), -1);
        }
        return begin.through(last[0]);
    }

    /** A note that is being written may look damaged once; one that is damaged says nothing. */
    private static AcknowledgedMark.@Nullable Note note(Medium medium) throws IOException {
        AcknowledgedMark.@Nullable Note note = null;
        for (int i = 0; note == null && i < NOTE_READS_MAX; i++) {
            note = AcknowledgedMark.read(medium);
        }
        return note;
    }
}
