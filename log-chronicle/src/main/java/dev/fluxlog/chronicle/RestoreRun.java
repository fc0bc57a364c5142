package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Makes a log of a backup: the journals from its parts, then, when they are on the device, the manifest. Stopped before
 * that it is a directory of journals without a manifest, which no log opens.
 */
final class RestoreRun {
    private final Medium backup;
    private final BackupIndex index;
    private final Manifest manifest;
    private final Catalog catalog;
    private final Set<Path> written = new LinkedHashSet<>();

    /** By stream: the last sequence that was restored. */
    private final Map<Long, Long> last = new HashMap<>();

    private long events;
    private long bytes;

    private RestoreRun(Medium backup, BackupIndex index, Manifest manifest) {
        this.backup = backup;
        this.index = index;
        this.manifest = manifest;
        this.catalog = new Catalog(manifest.place().position(), manifest.streams());
    }

    /** @throws StorageException {@code CORRUPT} unless every file is the one that was written */
    static RestoreRun verified(Medium backup, Backup.Node node) throws IOException {
        BackupIndex index = BackupIndex.read(backup);
        if (index == null) {
            throw new StorageException(Kind.SETUP, "there is no complete backup here");
        }
        BackupIndex.verify(backup, index.manifest());
        index.parts().forEach(part -> BackupIndex.verify(backup, part));
        Manifest stored = index.manifestIn(backup);
        UUID nodeId = node == Backup.Node.SAME ? stored.nodeId() : UUID.randomUUID();
        Manifest manifest =
                new Manifest(nodeId, stored.epoch(), true, stored.place(), stored.unapplied(), stored.streams());
        return new RestoreRun(backup, index, manifest);
    }

    Backup.Report into(Medium log) throws IOException {
        log.makeDirectory(log.commitDirectory());
        log.makeDirectory(log.streamsDirectory());
        log.crashPoints().before(Step.RESTORE_JOURNALS);
        ChronicleOptions options = ChronicleOptions.defaults();
        try (JournalCache journals = new JournalCache(
                options.openJournalsMax(),
                (stream, size) -> StreamJournal.open(log, stream, options.streamSegmentBytes(), size))) {
            for (BackupIndex.Entry part : index.parts()) {
                bytes += part.bytes();
                BackupParts.read(backup, part, (excerpt, stream) -> restore(excerpt, stream, journals));
            }
            requireComplete(journals);
        }
        log.crashPoints().before(Step.RESTORE_FORCE);
        force(log);
        log.crashPoints().before(Step.RESTORE_MANIFEST);
        ManifestFile.replace(log, manifest);
        return new Backup.Report(
                index.position(),
                events,
                bytes,
                index.lost().stream().map(this::told).toList());
    }

    private void restore(Excerpt excerpt, long stream, JournalCache journals) {
        long needed = Math.max(lowest(stream), last.getOrDefault(stream, 0L) + 1);
        long first = Math.max(needed, excerpt.firstSequence());
        if (first > excerpt.lastSequence()) {
            return;
        }
        giveUpBefore(stream, first, needed, journals);
        if (excerpt instanceof FrameExcerpt content) {
            List<Frame> rest = new ArrayList<>();
            for (long sequence = first; sequence <= excerpt.lastSequence(); sequence++) {
                rest.add(content.frame(sequence));
            }
            int size = StreamJournal.excerptBytesFor(rest);
            journals.write(stream, size, journal -> journal.append(rest, written::add));
            events += rest.size();
        } else if (excerpt instanceof OrderExcerpt order) {
            List<Run> rest = order.runs().stream()
                    .filter(run -> run.end() > first)
                    .map(run -> run.from(Math.max(run.position(), first)))
                    .toList();
            journals.write(stream, 0, journal -> journal.appendOrder(rest, written::add));
        } else {
            appendLost(stream, first, excerpt.lastSequence(), journals);
        }
        last.put(stream, excerpt.lastSequence());
    }

    private void appendLost(long stream, long first, long through, JournalCache journals) {
        LostExcerpt lost = new LostExcerpt(first, through);
        journals.write(stream, 0, journal -> journal.appendLost(lost, written::add));
    }

    /**
     * What the backup could not read at the source is lost for the log that is made of it: readers are told the range.
     *
     * @param needed the lowest sequence that is not there yet
     * @throws StorageException {@code CORRUPT} when the backup does not know why it has nothing there
     */
    private void giveUpBefore(long stream, long sequence, long needed, JournalCache journals) {
        if (sequence <= needed) {
            return;
        }
        Ranges lost = new Ranges();
        index.lost().stream()
                .filter(range -> range.stream() == stream)
                .forEach(range -> lost.add(range.first(), range.through()));
        if (lost.count(needed, sequence - 1) < sequence - needed) {
            throw new StorageException(
                            Kind.CORRUPT,
                            "the backup lacks " + needed + " to " + (sequence - 1) + " of stream " + stream)
                    .at(stream, needed);
        }
        appendLost(stream, needed, sequence - 1, journals);
    }

    /** The lowest sequence that the journal of a stream needs: none that was trimmed, none that it shares. */
    private long lowest(long stream) {
        if (stream == OrderExcerpt.STREAM) {
            return 1;
        }
        StreamState state = catalog.stream(stream)
                .orElseThrow(() ->
                        new StorageException(Kind.CORRUPT, "the backup has events of stream " + stream + ", unknown"));
        long needed = catalog.lowestNeeded(stream);
        return state.fork().isNone() ? needed : Math.max(needed, state.fork().sequence() + 1);
    }

    private void requireComplete(JournalCache journals) {
        for (StreamState state : manifest.streams()) {
            long needed = Math.max(lowest(state.number()), last.getOrDefault(state.number(), 0L) + 1);
            giveUpBefore(state.number(), state.highWaterMark() + 1, needed, journals);
        }
        long needed = last.getOrDefault(OrderExcerpt.STREAM, 0L) + 1;
        giveUpBefore(OrderExcerpt.STREAM, index.position() + 1, needed, journals);
    }

    private void force(Medium log) throws IOException {
        Set<Path> directories = new LinkedHashSet<>();
        for (Path file : written) {
            try (Disk.Handle handle = log.disk().open(file)) {
                handle.force(true);
            }
            for (Path at = file.getParent(); at != null && at.startsWith(log.root()); at = at.getParent()) {
                directories.add(at);
            }
        }
        for (Path directory : directories) {
            log.disk().forceDirectory(directory);
        }
    }

    private Backup.Lost told(BackupIndex.Lost range) {
        String name = catalog.stream(range.stream()).map(StreamState::name).orElse("");
        return new Backup.Lost(name, range.first(), range.through());
    }
}
