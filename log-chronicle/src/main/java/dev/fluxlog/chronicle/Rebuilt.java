package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.Run;
import dev.fluxlog.chronicle.Checks.Id;
import dev.fluxlog.chronicle.CrashPoints.Step;
import dev.fluxlog.chronicle.Diagnosis.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A journal that is written anew beside the damaged one and then takes its place.
 *
 * <p>Written and forced in {@code repair}; renamed to {@code repair/ready-NUMBER}, from where on it is complete; the
 * damaged one goes to quarantine; the new one takes its place. A stop between these steps leaves the damaged one where it
 * was, or the new one complete: what is complete takes a place that is empty, and is set aside where it is not, because
 * somebody may have gone on there.
 */
final class Rebuilt implements AutoCloseable {
    private static final String READY = "ready-";

    private final Medium medium;
    private final Medium scratch;
    private final long stream;
    private final JournalCache journals;
    private final Set<Path> written = new LinkedHashSet<>();

    Rebuilt(Medium medium, long stream) throws IOException {
        this.medium = medium;
        this.stream = stream;
        this.scratch = new Medium(directory(medium).resolve("new"), medium.disk(), medium.crashPoints());
        deleteTree(medium, scratch.root());
        medium.crashPoints().before(Step.REPAIR_WRITE);
        medium.makeDirectory(scratch.root());
        long segmentBytes = ChronicleOptions.defaults().streamSegmentBytes();
        this.journals = new JournalCache(
                1, (number, excerptBytes) -> StreamJournal.open(scratch, number, segmentBytes, excerptBytes));
    }

    private static Path directory(Medium medium) {
        return medium.root().resolve("repair");
    }

    void append(List<Frame> run) {
        journals.write(stream, StreamJournal.excerptBytesFor(run), journal -> journal.append(run, written::add));
    }

    void appendOrder(List<Run> runs) {
        journals.write(stream, 0, journal -> journal.appendOrder(runs, written::add));
    }

    void appendLost(LostExcerpt lost) {
        journals.write(stream, 0, journal -> journal.appendLost(lost, written::add));
    }

    /** Puts it in the place of the damaged one. */
    void takePlace() throws IOException {
        journals.close();
        Path built = scratch.streamDirectory(stream);
        if (!written.isEmpty()) {
            medium.crashPoints().before(Step.REPAIR_FORCE);
            for (Path file : written) {
                try (Disk.Handle handle = medium.disk().open(file)) {
                    handle.force(true);
                }
            }
            medium.disk().forceDirectory(built);
            medium.crashPoints().before(Step.REPAIR_READY);
            medium.disk().rename(built, ready(medium, stream));
            medium.disk().forceDirectory(directory(medium));
        }
        setAside(medium, medium.streamDirectory(stream));
        if (!written.isEmpty()) {
            moveIn(medium, stream);
        }
        cleanUp(medium);
    }

    private static Path ready(Medium medium, long stream) {
        return directory(medium).resolve(READY + String.format(Locale.ROOT, "%016x", stream));
    }

    private static void setAside(Medium medium, Path journal) throws IOException {
        if (medium.disk().exists(journal)) {
            medium.crashPoints().before(Step.REPAIR_ASIDE);
            Quarantine.move(medium, journal, journal.getFileName() + "-journal");
            medium.disk().forceDirectory(parent(journal));
        }
    }

    private static void moveIn(Medium medium, long stream) throws IOException {
        Path place = medium.streamDirectory(stream);
        medium.makeDirectory(parent(place));
        medium.crashPoints().before(Step.REPAIR_PLACE);
        medium.disk().rename(ready(medium, stream), place);
        medium.disk().forceDirectory(parent(place));
    }

    private static Path parent(Path path) {
        return java.util.Objects.requireNonNull(path.getParent());
    }

    private static void cleanUp(Medium medium) throws IOException {
        medium.crashPoints().before(Step.REPAIR_CLEAN);
        deleteTree(medium, directory(medium).resolve("new"));
        if (medium.disk().list(directory(medium)).isEmpty()) {
            medium.disk().delete(directory(medium));
        }
        medium.disk().forceDirectory(medium.root());
    }

    private static void deleteTree(Medium medium, Path path) throws IOException {
        for (Path below : medium.disk().list(path)) {
            deleteTree(medium, below);
        }
        medium.disk().delete(path);
    }

    /** Finds what an interrupted repair has left. */
    static void examine(Medium medium, Checks checks, List<Mending> mendings) throws IOException {
        Path directory = directory(medium);
        if (!medium.disk().exists(directory)) {
            return;
        }
        checks.add(
                Id.LEFTOVERS,
                Status.WARN,
                medium.name(directory) + " was left by an interrupted repair",
                medium.name(directory),
                "finishes what is complete, and removes the rest");
        mendings.add(writable -> {
            for (Path ready : writable.disk().list(directory)) {
                String name = String.valueOf(ready.getFileName());
                if (name.startsWith(READY)) {
                    finish(writable, ready, Long.parseUnsignedLong(name.substring(READY.length()), 16));
                }
            }
            cleanUp(writable);
        });
    }

    private static void finish(Medium medium, Path ready, long stream) throws IOException {
        if (medium.disk().exists(medium.streamDirectory(stream))) {
            setAside(medium, ready);
        } else {
            moveIn(medium, stream);
        }
    }

    @Override
    public void close() {
        journals.close();
    }
}
