package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the commit journal holds, from the oldest segment that is still there to its end.
 *
 * <p>Groups before the checkpoint are in the stream journals already, but for what the manifest says is lacking, and are
 * no longer needed; as long as they are there they can give back what a stream journal has lost. Changes nothing.
 */
final class CommitSurvey {
    private final Medium medium;
    private final UUID nodeId;
    private final JournalPlace begin;
    private final Map<Long, Ranges> sequences = new HashMap<>();
    private final Ranges positions = new Ranges();

    private CommitSurvey(Medium medium, UUID nodeId, JournalPlace begin) {
        this.medium = medium;
        this.nodeId = nodeId;
        this.begin = begin;
    }

    /** The oldest segment there is, or null. */
    static @Nullable CommitSegment oldest(Medium medium) throws IOException {
        for (Path file : medium.disk().list(medium.commitDirectory())) {
            if (CommitSegment.numberOf(file) >= 0) {
                try (Disk.Handle handle = medium.disk().openToRead(file)) {
                    ByteBuffer bytes = ByteBuffer.allocate(CommitSegment.HEADER_BYTES);
                    handle.read(bytes, 0);
                    return CommitSegment.decode(bytes.array());
                } catch (StorageException e) {
                    throw e.in(medium.name(file), 0);
                }
            }
        }
        return null;
    }

    /**
     * Reads from the checkpoint to the end and folds it, and before it what the stream journals lack, as opening the log
     * would.
     *
     * @param torn told what an interrupted write has left
     * @param repaired told which groups are damaged and can be told all the same
     * @return the place behind the last whole group
     * @throws StorageException {@code CORRUPT}, {@code UNSUPPORTED_VERSION} or {@code IO}
     */
    static JournalPlace fold(
            Medium medium, Manifest manifest, Catalog catalog, List<String> torn, List<CommitScan.Repaired> repaired) {
        CommitScan scan = CommitScan.changingNothing(medium, manifest.nodeId(), manifest.place())
                .repairing();
        JournalPlace end = scan.run((group, place) -> catalog.apply(group));
        if (!manifest.unapplied().isEmpty()) {
            JournalPlace from = manifest.unapplied().from();
            CommitScan earlier =
                    CommitScan.changingNothing(medium, manifest.nodeId(), from).repairing();
            CommitScan.requireReached(medium, end, earlier.run((group, place) -> {}));
            repaired.addAll(earlier.repaired());
        } else {
            repaired.addAll(scan.repaired());
        }
        torn.addAll(scan.repairs());
        return end;
    }

    /** @throws StorageException {@code CORRUPT}, {@code UNSUPPORTED_VERSION} or {@code IO} */
    static CommitSurvey run(Medium medium, CommitSegment oldest) {
        CommitSurvey survey = new CommitSurvey(
                medium,
                oldest.nodeId(),
                new JournalPlace(
                        oldest.number(), CommitSegment.HEADER_BYTES, oldest.firstGroup() - 1, oldest.position()));
        survey.visit((group, place) -> survey.add(group));
        return survey;
    }

    private void add(CommitGroup group) {
        for (Frame frame : group.frames()) {
            if (!frame.isControl()) {
                positions.add(frame.position(), frame.position());
                sequences
                        .computeIfAbsent(frame.stream(), stream -> new Ranges())
                        .add(frame.sequence(), frame.sequence());
            }
        }
    }

    /** Reads all groups again. */
    void visit(CommitScan.Visitor visitor) {
        CommitScan.changingNothing(medium, nodeId, begin).repairing().run(visitor);
    }

    /** The sequences of a stream that stand here; for the order of commit, positions. */
    Ranges held(long stream) {
        return stream == OrderExcerpt.STREAM ? positions : sequences.getOrDefault(stream, new Ranges());
    }
}
