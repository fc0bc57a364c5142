package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies a range of a stream journal by plain reads, while the log may append behind it.
 *
 * <p>Every frame is verified before it is copied, and the first one that is not whole, or not the next, ends the copy.
 */
final class JournalCopy {
    private final Medium log;
    private final long stream;
    private final long through;
    private final BackupParts parts;
    private long next;

    JournalCopy(Medium log, long stream, long from, long through, BackupParts parts) {
        this.log = log;
        this.stream = stream;
        this.next = from;
        this.through = through;
        this.parts = parts;
    }

    /** @return the last sequence copied */
    long run() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path file : log.disk().list(log.streamDirectory(stream))) {
            if (SegmentName.numberOf(file) >= 0) {
                files.add(file);
            }
        }
        try {
            for (Path file : files.subList(begin(files), files.size())) {
                if (next > through || !segment(file)) {
                    break;
                }
            }
        } catch (NoSuchFileException trimmed) {
            // Whoever asked looks whether that was allowed.
        }
        return next - 1;
    }

    /** Index of the newest segment that begins at or before what is wanted. */
    private int begin(List<Path> files) throws IOException {
        for (int i = files.size() - 1; i > 0; i--) {
            long first = JournalScan.firstSequence(log, files.get(i), stream);
            if (first >= 0 && first <= next) {
                return i;
            }
        }
        return 0;
    }

    /** @return whether everything in it that was wanted was whole */
    private boolean segment(Path file) throws IOException {
        try (JournalScan scan = new JournalScan(log, file, stream)) {
            for (Excerpt excerpt = scan.next(); excerpt != null && next <= through; excerpt = scan.next()) {
                if (excerpt.lastSequence() < next) {
                    continue;
                }
                if (excerpt.firstSequence() > next || !content(excerpt)) {
                    return false;
                }
            }
            return true;
        }
    }

    private boolean content(Excerpt excerpt) throws IOException {
        if (excerpt instanceof LostExcerpt lost) {
            long last = Math.min(through, lost.lastSequence());
            parts.lost(stream, new LostExcerpt(next, last));
            next = last + 1;
            return true;
        }
        return excerpt instanceof FrameExcerpt frames ? frames(frames) : order((OrderExcerpt) excerpt);
    }

    private boolean frames(FrameExcerpt excerpt) throws IOException {
        List<Frame> whole = new ArrayList<>();
        boolean damaged = false;
        for (long sequence = next; sequence <= Math.min(through, excerpt.lastSequence()) && !damaged; sequence++) {
            try {
                whole.add(excerpt.frame(sequence));
            } catch (StorageException e) {
                if (e.kind() != StorageException.Kind.CORRUPT) {
                    throw e;
                }
                damaged = true;
            }
        }
        parts.frames(whole);
        next += whole.size();
        return !damaged;
    }

    private boolean order(OrderExcerpt excerpt) throws IOException {
        List<Run> wanted = new ArrayList<>();
        for (Run run : excerpt.runs()) {
            if (run.end() > next && run.position() <= through) {
                Run rest = run.from(Math.max(next, run.position()));
                rest = rest.end() - 1 > through ? rest.through(through) : rest;
                wanted.add(rest);
                next = rest.end();
            }
        }
        if (!wanted.isEmpty()) {
            parts.order(wanted);
        }
        return true;
    }
}
