package dev.fluxlog.chronicle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes segments anew whose {@link SegmentHead} is not sound: all events in them can be read, but only by walking through
 * them, and the journal takes no append until then.
 *
 * <p>Of a log whose process died the newest segment of each journal is left alone: it may have been killed while Chronicle
 * made the head, and opening the log deals with that.
 */
final class HeadMending implements Mending {
    private final long stream;
    private final List<Path> files;

    private HeadMending(long stream, List<Path> files) {
        this.stream = stream;
        this.files = files;
    }

    /** Those of the journal that have to be mended. */
    static HeadMending of(Medium medium, long stream, boolean clean) throws IOException {
        List<Path> files = new ArrayList<>();
        Path directory = medium.streamDirectory(stream);
        List<Integer> segments = StreamJournal.segmentsIn(medium, directory);
        for (int segment : clean || segments.isEmpty() ? segments : segments.subList(0, segments.size() - 1)) {
            Path file = SegmentName.file(directory, segment);
            if (!SegmentHead.isSound(medium, file)) {
                files.add(file);
            }
        }
        return new HeadMending(stream, files);
    }

    List<Path> files() {
        return files;
    }

    @Override
    public void run(Medium medium) throws IOException {
        for (Path file : files) {
            if (medium.disk().exists(file) && !SegmentHead.isSound(medium, file)) {
                JournalSettling.rewrite(medium, stream, file, Long.MAX_VALUE);
            }
        }
    }
}
