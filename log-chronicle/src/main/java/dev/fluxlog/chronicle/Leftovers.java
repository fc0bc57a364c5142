package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what the stream journals hold beyond the commit journal.
 *
 * <p>Problem: when the end of the commit journal is lost (at {@code PROCESS} with the power, or by damage), events are
 * gone that had been answered, delivered and copied. They must not come back, since their group may be there in part,
 * and their numbers must not be given to others. Idea: whatever trace of a number is left in a stream journal or in the
 * order of commit tells that it was given.
 *
 * <p>It looks at the end of every journal, which takes long where there are many, and only where something was lost. A
 * journal of a stream that was never committed goes into quarantine as a whole; nothing else is changed.
 */
final class Leftovers {
    private final Medium medium;
    private final Catalog catalog;
    private final LostNumbers found;
    private final List<String> repairs = new ArrayList<>();

    Leftovers(Medium medium, Catalog catalog) {
        this.medium = medium;
        this.catalog = catalog;
        this.found = new LostNumbers(catalog);
    }

    List<String> repairs() {
        return repairs;
    }

    LostNumbers find() {
        try {
            for (Path shard : medium.disk().list(medium.streamsDirectory())) {
                for (Path journal : medium.disk().list(shard)) {
                    look(journal);
                }
            }
            return found;
        } catch (IOException e) {
            throw medium.failed("looking through", medium.streamsDirectory(), e);
        }
    }

    private void look(Path journal) throws IOException {
        long stream = Medium.streamOf(journal);
        if (stream < 0) {
            return;
        }
        if (stream != OrderExcerpt.STREAM && catalog.stream(stream).isEmpty()) {
            Quarantine.move(medium, journal, String.valueOf(journal.getFileName()));
            medium.disk().forceDirectory(java.util.Objects.requireNonNull(journal.getParent()));
            repairs.add("Put into quarantine " + medium.name(journal) + ": its stream was never committed");
            return;
        }
        long committed = stream == OrderExcerpt.STREAM
                ? catalog.position()
                : catalog.stream(stream).orElseThrow().highWaterMark();
        List<Integer> segments = StreamJournal.segmentsIn(medium, journal);
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (look(SegmentName.file(journal, segments.get(i)), stream, committed)) {
                return;
            }
        }
    }

    /** Whether the segment begins within what is committed, so that those before it hold nothing of interest. */
    private boolean look(Path file, long stream, long committed) throws IOException {
        long lowest = Long.MAX_VALUE;
        try (SalvageScan scan = new SalvageScan(medium, file, stream, 0)) {
            for (Excerpt excerpt = scan.next(); excerpt != null; excerpt = scan.next()) {
                lowest = Math.min(lowest, excerpt.firstSequence());
                if (excerpt.lastSequence() > committed) {
                    note(excerpt, stream);
                }
            }
        }
        return lowest <= committed;
    }

    private void note(Excerpt excerpt, long stream) {
        found.given(stream, excerpt.lastSequence());
        if (excerpt instanceof OrderExcerpt order) {
            for (Run run : order.runs()) {
                if (run.end() - 1 > catalog.position()) {
                    found.given(run.stream(), run.sequence() + run.count() - 1);
                }
            }
        } else if (excerpt instanceof FrameExcerpt frames) {
            for (long sequence = frames.firstSequence(); sequence <= frames.lastSequence(); sequence++) {
                notePosition(frames, sequence);
            }
        }
    }

    private void notePosition(FrameExcerpt frames, long sequence) {
        try {
            Frame frame = frames.frame(sequence);
            found.given(OrderExcerpt.STREAM, frame.position());
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPT) {
                throw e;
            }
            // Its number stands in the head; where it stood in the order of commit is known by others or by nobody.
        }
    }
}
