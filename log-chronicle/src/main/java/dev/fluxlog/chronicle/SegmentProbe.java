package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Finds out whether Chronicle can read a segment.
 *
 * <p>One segment that it cannot open keeps it from reading any other of the same queue. So a suspect is linked into a
 * directory of its own and opened there alone, which tells the bad one from its neighbours.
 */
final class SegmentProbe {
    private static final String PREFIX = "probe-";

    private final Medium medium;
    private final long stream;

    SegmentProbe(Medium medium, long stream) {
        this.medium = medium;
        this.stream = stream;
    }

    /** Whether that directory in quarantine is one of a suspect, which a stop has left there. */
    static boolean isProbe(Path entry) {
        return String.valueOf(entry.getFileName()).startsWith(PREFIX);
    }

    /** Whether the first excerpt of each segment is read as it stands there. */
    boolean allReadable(Path directory, Map<Path, byte[]> firstExcerpts) throws IOException {
        int newest = 0;
        for (Path file : firstExcerpts.keySet()) {
            if (!SegmentHead.isSound(medium, file)) {
                return false;
            }
            newest = Math.max(newest, SegmentName.numberOf(file));
        }
        medium.disk().delete(directory.resolve(SegmentName.METADATA));
        try (JournalQueue queue = JournalQueue.open(directory, newest, StreamJournal.SMALL_BLOCK_BYTES);
                JournalQueue.Reader reader = queue.reader()) {
            for (Map.Entry<Path, byte[]> segment : firstExcerpts.entrySet()) {
                JournalQueue.Found found = reader.at(SegmentName.numberOf(segment.getKey()), 0);
                if (found == null || !Arrays.equals(found.bytes(), segment.getValue())) {
                    return false;
                }
            }
            return true;
        } catch (StorageException e) {
            return unlessRefused(e);
        }
    }

    /** Whether the segment, alone, can be opened and its first excerpt be read as it stands there. */
    boolean isReadable(Path file) throws IOException {
        byte[] first;
        try (JournalScan scan = new JournalScan(medium, file, stream)) {
            if (scan.next() == null) {
                return false;
            }
            first = scan.lastBytes();
        }
        Path alone = medium.quarantineDirectory().resolve(PREFIX + Long.toHexString(stream));
        medium.makeDirectory(alone);
        clear(alone);
        Path link = alone.resolve(String.valueOf(file.getFileName()));
        medium.disk().link(file, link);
        try {
            return allReadable(alone, Map.of(link, first));
        } finally {
            clear(alone);
            medium.disk().delete(alone);
        }
    }

    private void clear(Path directory) throws IOException {
        for (Path file : medium.disk().list(directory)) {
            medium.disk().delete(file);
        }
    }

    private static boolean unlessRefused(StorageException e) {
        if (e.kind() == StorageException.Kind.CORRUPT) {
            return false;
        }
        throw e;
    }
}
