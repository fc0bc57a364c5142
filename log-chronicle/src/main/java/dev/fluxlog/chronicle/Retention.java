package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.StreamState;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives back the space of what was trimmed or deleted, after the checkpoint that made the mark durable.
 *
 * <p>A segment goes when every frame in it lies below the lowest one that is needed, by the stream itself or by a fork
 * that shares it, oldest first and never the newest; a deleted stream's journal that nobody needs goes as a whole, by way of the trash, so that half a journal is never mistaken for one. All of it can
 * be repeated. Runs on the applier's thread, because only that knows that nobody is about to append.
 */
final class Retention {
    private final Medium medium;
    private final JournalCache journals;

    // Owned by the applier's thread.
    private Set<Long> noted = new LinkedHashSet<>();
    private Set<Long> frozen = new LinkedHashSet<>();

    Retention(Medium medium, JournalCache journals) {
        this.medium = medium;
        this.journals = journals;
    }

    /** The stream was trimmed or deleted. */
    void note(long stream) {
        noted.add(stream);
    }

    /** Whether something waits for the next checkpoint. */
    boolean hasNoted() {
        return !noted.isEmpty();
    }

    /** A checkpoint begins that records all marks noted so far. */
    void freeze() {
        frozen.addAll(noted);
        noted = new LinkedHashSet<>();
    }

    /** The checkpoint stands. */
    void shrink(Catalog catalog, JournalWriter writer, Gathering gathering) {
        for (long stream : frozen) {
            StreamState state = catalog.stream(stream).orElse(null);
            if (state != null && !isNeeded(catalog, state)) {
                gathering.forget(stream);
            }
            if (state != null && medium.disk().exists(medium.streamDirectory(stream))) {
                journals.retire(stream);
                try {
                    if (isNeeded(catalog, state)) {
                        dropBelow(stream, catalog.lowestNeeded(stream));
                    } else {
                        drop(stream);
                    }
                } catch (IOException e) {
                    throw medium.failed("shrinking", medium.streamDirectory(stream), e);
                }
                writer.shrunk(stream, catalog.lowestNeeded(stream));
            }
        }
        frozen = new LinkedHashSet<>();
    }

    static boolean isNeeded(Catalog catalog, StreamState state) {
        return state.exists() || catalog.lowestNeeded(state.number()) <= state.highWaterMark();
    }

    private void dropBelow(long stream, long lowestNeeded) throws IOException {
        Path directory = medium.streamDirectory(stream);
        List<Integer> segments = StreamJournal.segmentsIn(medium, directory);
        boolean dropped = false;
        for (int i = 0; i + 1 < segments.size(); i++) {
            Path next = SegmentName.file(directory, segments.get(i + 1));
            long nextFirst = JournalScan.firstSequence(medium, next, stream);
            if (nextFirst < 0 || nextFirst > lowestNeeded) {
                break;
            }
            medium.crashPoints().before(Step.TRIM_DELETE);
            medium.disk().delete(SegmentName.file(directory, segments.get(i)));
            medium.disk().delete(SegmentName.sealedMark(directory, segments.get(i)));
            dropped = true;
        }
        if (dropped) {
            medium.disk().forceDirectory(directory);
        }
    }

    /** Takes up at open what a stop left undone. */
    void finish(Catalog catalog) {
        try {
            emptyTrash();
            for (StreamState state : catalog.streams()) {
                if (!isNeeded(catalog, state) && medium.disk().exists(medium.streamDirectory(state.number()))) {
                    journals.retire(state.number());
                    drop(state.number());
                }
            }
        } catch (IOException e) {
            throw medium.failed("emptying", medium.trashDirectory(), e);
        }
    }

    /** Deletes the journal of a stream that is gone, as the durable manifest says. */
    private void drop(long stream) throws IOException {
        Path directory = medium.streamDirectory(stream);
        medium.makeDirectory(medium.trashDirectory());
        emptyTrash();
        medium.crashPoints().before(Step.DELETE_RENAME);
        medium.disk().rename(directory, medium.trashDirectory().resolve(String.valueOf(directory.getFileName())));
        Path parent = directory.getParent();
        if (parent != null) {
            medium.disk().forceDirectory(parent);
        }
        emptyTrash();
    }

    /** Deletes what a stop left in the trash. */
    private void emptyTrash() throws IOException {
        for (Path journal : medium.disk().list(medium.trashDirectory())) {
            for (Path file : medium.disk().list(journal)) {
                medium.crashPoints().before(Step.DELETE_FILES);
                medium.disk().delete(file);
            }
            medium.disk().delete(journal);
        }
    }
}
