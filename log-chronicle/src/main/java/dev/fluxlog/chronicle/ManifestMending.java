package dev.fluxlog.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the manifest anew where the commit journal is there from its first group on: one that knows nothing, so that the
 * next open reads everything again and settles every journal.
 *
 * <p>What there was of the old one is kept in quarantine.
 */
record ManifestMending(CommitSegment oldest) implements Mending {
    @Override
    public void run(Medium medium) throws IOException {
        long epoch = 0;
        for (Path file : medium.disk().list(medium.commitDirectory())) {
            if (CommitSegment.numberOf(file) >= 0) {
                try (Disk.Handle handle = medium.disk().openToRead(file)) {
                    ByteBuffer head = ByteBuffer.allocate(CommitSegment.HEADER_BYTES);
                    handle.read(head, 0);
                    epoch = Math.max(epoch, CommitSegment.decode(head.array()).epoch());
                }
            }
        }
        if (medium.disk().exists(medium.manifestFile())) {
            Quarantine.move(medium, medium.manifestFile(), "manifest");
        }
        JournalPlace begin = new JournalPlace(oldest.number(), CommitSegment.HEADER_BYTES, 0, 0);
        Manifest made = new Manifest(oldest.nodeId(), epoch, false, begin, Unapplied.nothingAt(begin), List.of());
        ManifestFile.replace(medium, made);
    }
}
