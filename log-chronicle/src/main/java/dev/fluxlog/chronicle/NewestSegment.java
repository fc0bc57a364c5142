package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the head of the newest segment of the commit journal, kept outside of the commit journal's directory.
 *
 * <p>Problem: a commit journal whose newest segments were removed, or whose whole directory was, looks like one to which
 * nothing had been written yet, because the manifest names a segment before it is begun. Idea: whenever a segment is
 * begun, and before a group is written to it, this copy of its head is replaced and forced. So a segment that it names was
 * there, and one that is not there any more was taken away.
 *
 * <p>A copy that is missing or damaged says nothing.
 */
final class NewestSegment {
    private NewestSegment() {}

    static void replace(Medium medium, CommitSegment head) throws IOException {
        SmallFile.replace(medium, medium.newestSegment(), head.encode());
    }

    /** Writes it again where a log goes on in a segment and has lost it. */
    static void restore(Medium medium, Path segment) throws IOException {
        if (readIfWhole(medium) == null) {
            try (Disk.Handle handle = medium.disk().openToRead(segment)) {
                ByteBuffer head = ByteBuffer.allocate(CommitSegment.HEADER_BYTES);
                handle.read(head, 0);
                SmallFile.replace(medium, medium.newestSegment(), head.array());
            }
        }
    }

    /** Before segments that no longer count are put away. */
    static void forget(Medium medium) throws IOException {
        if (medium.disk().exists(medium.newestSegment())) {
            medium.disk().delete(medium.newestSegment());
            medium.disk().forceDirectory(medium.root());
        }
    }

    /**
     * What is stored, or null where there is nothing.
     *
     * @throws StorageException {@code CORRUPT}, {@code UNSUPPORTED_VERSION} or {@code IO}
     */
    static @Nullable CommitSegment read(Medium medium) {
        Path file = medium.newestSegment();
        if (!medium.disk().exists(file)) {
            return null;
        }
        try {
            return CommitSegment.decode(SmallFile.read(medium, file, 4096));
        } catch (IOException e) {
            throw medium.failed("reading", file, e);
        } catch (StorageException e) {
            throw e.in(medium.name(file), 0);
        }
    }

    /**
     * Whether the newest segment is gone although nothing depends on it.
     *
     * @throws StorageException {@code CORRUPT} when it is gone with what only it held; {@code UNSUPPORTED_VERSION};
     *     {@code IO}
     */
    static boolean isGone(Medium medium, Manifest manifest) {
        JournalPlace place = manifest.place();
        CommitSegment newest = readIfWhole(medium);
        boolean isNamed = newest != null
                && newest.nodeId().equals(manifest.nodeId())
                && newest.number() >= manifest.unapplied().from().segment();
        if (!isNamed && place.offset() == CommitSegment.HEADER_BYTES) {
            return false;
        }
        CommitSegment begun = isNamed ? java.util.Objects.requireNonNull(newest) : null;
        Path file = medium.commitDirectory()
                .resolve(CommitSegment.fileName(begun == null ? place.segment() : begun.number()));
        if (medium.disk().exists(file)) {
            return false;
        }
        if (manifest.clean() && manifest.unapplied().isEmpty()) {
            return true;
        }
        throw medium.corrupt(
                "the newest segment of the commit journal is gone; "
                        + (begun == null
                                ? "its groups went on behind position " + place.position()
                                : "it began with group " + begun.firstGroup() + ", behind position "
                                        + begun.position()),
                file,
                0);
    }

    private static @Nullable CommitSegment readIfWhole(Medium medium) {
        try {
            return read(medium);
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.CORRUPT) {
                return null;
            }
            throw e;
        }
    }
}
