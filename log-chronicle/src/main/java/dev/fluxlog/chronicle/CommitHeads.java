package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The segments of the commit journal from a place on, in order, each with its head.
 *
 * <p>A head that is damaged hides nothing: that of the segment with the place is not needed, and what another one says
 * stands in the first group of its segment too. A segment that is older, by its epoch, than one before it was given up
 * when the end of the journal was lost. Changes nothing.
 */
final class CommitHeads {
    private final Medium medium;
    private final UUID nodeId;
    private final JournalPlace from;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Path> givenUp = new ArrayList<>();
    private final List<String> repairs = new ArrayList<>();

    /** A segment and what its head says, or would say. */
    record Segment(Path file, CommitSegment head) {}

    private CommitHeads(Medium medium, UUID nodeId, JournalPlace from) {
        this.medium = medium;
        this.nodeId = nodeId;
        this.from = from;
    }

    /** @throws StorageException {@code CORRUPT} with file; {@code UNSUPPORTED_VERSION}; {@code IO} */
    static CommitHeads read(Medium medium, UUID nodeId, JournalPlace from) {
        CommitHeads heads = new CommitHeads(medium, nodeId, from);
        try {
            for (Path file : medium.disk().list(medium.commitDirectory())) {
                if (CommitSegment.numberOf(file) >= from.segment()) {
                    heads.add(file);
                }
            }
        } catch (IOException e) {
            throw medium.failed("listing", medium.commitDirectory(), e);
        }
        return heads;
    }

    private void add(Path file) throws IOException {
        CommitSegment before =
                segments.isEmpty() ? null : segments.get(segments.size() - 1).head();
        long epoch = before == null ? 0 : before.epoch();
        CommitSegment head = head(file, epoch);
        if (head.epoch() < epoch) {
            givenUp.add(file);
            return;
        }
        long expected = before == null ? from.segment() : before.number() + 1;
        if (head.number() != expected) {
            throw medium.corrupt("segment " + expected + " before it is missing", file, 0);
        }
        segments.add(new Segment(file, head));
    }

    private CommitSegment head(Path file, long epochBefore) throws IOException {
        try (ScanWindow window = new ScanWindow(medium.disk().openToRead(file))) {
            try {
                int at = window.at(0, CommitSegment.HEADER_BYTES);
                byte[] bytes =
                        at < 0 ? new byte[0] : java.util.Arrays.copyOf(window.bytes(), CommitSegment.HEADER_BYTES);
                CommitSegment head = CommitSegment.decode(bytes);
                if (!head.nodeId().equals(nodeId) || head.number() != CommitSegment.numberOf(file)) {
                    throw medium.corrupt("the segment belongs to another log or another place", file, 0);
                }
                return head;
            } catch (StorageException e) {
                if (e.kind() != StorageException.Kind.CORRUPT || !e.file().isEmpty()) {
                    throw e.in(medium.name(file), 0);
                }
                return derived(file, window, epochBefore, e);
            }
        }
    }

    private CommitSegment derived(Path file, ScanWindow window, long epoch, StorageException damage)
            throws IOException {
        long number = CommitSegment.numberOf(file);
        CommitSegment head;
        if (number == from.segment() && window.size() >= CommitSegment.HEADER_BYTES) {
            head = new CommitSegment(nodeId, epoch, number, from.group() + 1, from.position(), false);
        } else {
            int at = window.at(CommitSegment.HEADER_BYTES, CommitRecord.HEADER_BYTES);
            CommitRecord first = at < 0 ? null : CommitRecord.decode(window.bytes(), at);
            if (first == null) {
                throw damage.in(medium.name(file), 0);
            }
            head = new CommitSegment(nodeId, epoch, number, first.group(), first.firstPosition() - 1, false);
        }
        repairs.add("The head of " + medium.name(file) + " is damaged; what it said is known all the same");
        return head;
    }

    List<Segment> segments() {
        return segments;
    }

    /** Segments that no longer count. */
    List<Path> givenUp() {
        return givenUp;
    }

    List<String> repairs() {
        return repairs;
    }
}
