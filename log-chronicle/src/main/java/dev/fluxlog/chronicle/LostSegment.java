package dev.fluxlog.chronicle;

import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Commits which numbers are lost, in a segment of its own behind the end of the commit journal, before anything that
 * tells of these numbers is put away. A segment that stood in that place is replaced. From then on it is a commit like any other: marks follow from it, and a recovery
 * that was interrupted finds it.
 */
final class LostSegment {
    private LostSegment() {}

    private static void keep(Medium medium, Path file) throws IOException {
        medium.makeDirectory(medium.quarantineDirectory());
        Path kept = medium.quarantineDirectory().resolve(file.getFileName() + "-given-up");
        if (!medium.disk().exists(kept)) {
            medium.disk().link(file, kept);
            medium.disk().forceDirectory(medium.quarantineDirectory());
        }
    }

    /** Written whole and forced, or not there; always forced, whatever the durability of the log. */
    static void write(Medium medium, Manifest manifest, JournalPlace end, LostNumbers lost, Instant now) {
        CommitGroup group = lost.group(ChronoUnit.MICROS.between(Instant.EPOCH, now));
        CommitRecord head =
                CommitRecord.of(group, end.group() + 1, end.position() + 1).losing(lost.positions());
        CommitSegment segment = new CommitSegment(
                manifest.nodeId(), manifest.epoch() + 1, end.segment(), end.group() + 1, end.position(), false);
        Path file = medium.commitDirectory().resolve(CommitSegment.fileName(end.segment()));
        Path temporary = medium.commitDirectory().resolve("lost.tmp");
        medium.crashPoints().before(Step.RECOVER_LOST);
        try {
            medium.disk().delete(temporary);
            try (Disk.Handle handle = medium.disk().create(temporary)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) (CommitSegment.HEADER_BYTES + head.bytes()));
                bytes.put(segment.encode()).put(head.encode()).put(group.bytes());
                handle.write(bytes.position(0), 0);
                handle.force(true);
            }
            if (medium.disk().exists(file)) {
                // It follows on what was lost; its epoch tells that it was not taken for a part of the journal.
                keep(medium, file);
            }
            medium.disk().rename(temporary, file);
            medium.disk().forceDirectory(medium.commitDirectory());
        } catch (IOException e) {
            throw medium.failed("writing", file, e);
        }
    }
}
