package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.chronicle.Checks.Id;
import dev.fluxlog.chronicle.Diagnosis.Finding;
import dev.fluxlog.chronicle.Diagnosis.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of an {@link Examination} that reads the commit journal, and what is known of the log from it.
 *
 * <p>What is wrong at its end is what opening a log deals with, so there is no other step of a repair. One use each.
 */
final class CommitExamination {
    private final Medium medium;
    private final Checks checks;
    private final @Nullable CommitSegment oldest;
    private boolean wantsOpening;

    private @Nullable CommitSurvey commits;
    private Catalog catalog = new Catalog();
    private boolean folded;

    /** @param oldest segment that there is, null for none */
    CommitExamination(Medium medium, Checks checks, @Nullable CommitSegment oldest) {
        this.medium = medium;
        this.checks = checks;
        this.oldest = oldest;
    }

    /** Whether what opening a log does is what is to be done. */
    boolean wantsOpening() {
        return wantsOpening;
    }

    /** What of it can be read, null for nothing. */
    @Nullable
    CommitSurvey commits() {
        return commits;
    }

    /** As committed, or as at the checkpoint when the end is not known; empty without a manifest. */
    Catalog catalog() {
        return catalog;
    }

    /** Whether what is committed is known. */
    boolean isFolded() {
        return folded;
    }

    /**
     * @param manifest null when it cannot be read
     * @throws StorageException for what of the journal cannot be read and leaves its end unknown
     */
    void run(@Nullable Manifest manifest) throws IOException {
        if (manifest == null) {
            checks.skip(Id.ACKNOWLEDGED, "without a manifest the end of the commit journal is not known");
        } else {
            catalog = new Catalog(manifest.place().position(), manifest.streams());
            Catalog through = new Catalog(manifest.place().position(), manifest.streams());
            List<String> torn = new ArrayList<>();
            try {
                List<CommitScan.Repaired> repaired = new ArrayList<>();
                newestSegment(manifest);
                JournalPlace end = CommitSurvey.fold(medium, manifest, through, torn, repaired);
                catalog = through;
                folded = true;
                torn(end, torn);
                repaired(repaired);
                acknowledged(end);
            } catch (StorageException e) {
                checks.add(Id.COMMIT_JOURNAL, e, "");
                checks.skip(Id.ACKNOWLEDGED, "the commit journal cannot be read to its end");
            }
        }
        CommitSegment begin = oldest;
        if (begin != null) {
            try {
                commits = CommitSurvey.run(medium, begin);
            } catch (StorageException e) {
                if (!folded) {
                    throw e;
                }
                checks.add(
                        Id.COMMIT_JOURNAL,
                        Status.WARN,
                        "damaged before the checkpoint, where nothing depends on it: " + e.getMessage(),
                        e.file(),
                        "");
            }
        }
    }

    private void newestSegment(Manifest stored) throws IOException {
        if (NewestSegment.isGone(medium, stored)) {
            checks.add(
                    Id.COMMIT_JOURNAL,
                    Status.WARN,
                    "its newest segment is gone; all that stood in it is in the journals of the streams",
                    medium.name(medium.commitDirectory()),
                    "opens the log once, which begins a new one");
            wantsOpening = true;
        }
        boolean isBegun = oldest != null;
        if (isBegun && AcknowledgedMark.read(medium) == null) {
            lost(Id.ACKNOWLEDGED, AcknowledgedMark.file(medium), "the note of what was acknowledged");
        }
        CommitSegment newest = null;
        try {
            newest = NewestSegment.read(medium);
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.CORRUPT) {
                throw e;
            }
        }
        if (isBegun && newest == null) {
            lost(Id.COMMIT_JOURNAL, medium.newestSegment(), "the note of its newest segment");
        }
    }

    private void lost(Id check, Path note, String what) {
        checks.add(
                check,
                Status.WARN,
                what + " is gone or damaged; it says nothing, and no event depends on it",
                medium.name(note),
                "opens the log once, which writes it again");
        wantsOpening = true;
    }

    private void torn(JournalPlace end, List<String> torn) {
        for (String what : torn) {
            Path file = medium.commitDirectory().resolve(CommitSegment.fileName(end.segment()));
            checks.add(
                    Id.COMMIT_JOURNAL,
                    new Finding(
                            Status.WARN,
                            medium.name(file) + " " + what + ", which was never acknowledged",
                            "",
                            0,
                            0,
                            medium.name(file),
                            end.offset(),
                            "opens the log once, which cuts it off and keeps a copy"));
            wantsOpening = true;
        }
    }

    private void repaired(List<CommitScan.Repaired> groups) {
        for (CommitScan.Repaired group : groups) {
            CommitRecord head = group.found().head();
            checks.add(
                    Id.COMMIT_JOURNAL,
                    new Finding(
                            Status.WARN,
                            "group " + head.group() + " is damaged; what stood there is known all the same",
                            "",
                            head.firstPosition(),
                            head.lastPosition(),
                            medium.name(group.file()),
                            group.offset(),
                            "opens the log once, which writes it again and keeps a copy of the damaged bytes"));
            wantsOpening = true;
        }
    }

    private void acknowledged(JournalPlace end) throws IOException {
        AcknowledgedMark.Note note = AcknowledgedMark.read(medium);
        if (note != null && note.group() > end.group()) {
            Path file = medium.commitDirectory().resolve(CommitSegment.fileName(end.segment()));
            checks.add(
                    Id.ACKNOWLEDGED,
                    new Finding(
                            note.process() ? Status.WARN : Status.ERROR,
                            "positions " + (end.position() + 1) + " to " + note.position()
                                    + " were acknowledged and are not in the commit journal",
                            "",
                            end.position() + 1,
                            note.position(),
                            medium.name(file),
                            end.offset(),
                            note.process() ? "opens the log once, which gives those numbers up for good" : ""));
            wantsOpening |= note.process();
        }
    }
}
