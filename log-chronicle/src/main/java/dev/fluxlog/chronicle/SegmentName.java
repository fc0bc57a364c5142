package dev.fluxlog.chronicle;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** File names of a stream journal's segments: Chronicle writes the segment number as days since 1970-01-01. */
final class SegmentName {
    /** Chronicle's own metadata; nothing of ours is in it, and it is deleted before every open. */
    static final String METADATA = "metadata.cq4t";

    static final String SUFFIX = "seg.cq4";

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT);

    private static final String SEALED = "seg.sealed";

    private SegmentName() {}

    static Path file(Path directory, int segment) {
        return directory.resolve(DAY.format(LocalDate.ofEpochDay(segment)) + SUFFIX);
    }

    /** Its name says that nothing is appended to the segment any more; nothing is in it. */
    static Path sealedMark(Path directory, int segment) {
        return directory.resolve(DAY.format(LocalDate.ofEpochDay(segment)) + SEALED);
    }

    static boolean isSealedMark(Path file) {
        return String.valueOf(file.getFileName()).endsWith(SEALED);
    }

    /** Number of the segment, or -1 for any other file. */
    static int numberOf(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(SUFFIX)) {
            return -1;
        }
        try {
            String day = name.substring(0, name.length() - SUFFIX.length());
            return (int) LocalDate.parse(day, DAY).toEpochDay();
        } catch (DateTimeParseException e) {
            return -1;
        }
    }
}
