package dev.fluxlog.chronicle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many stream journals this process can hold open.
 *
 * <p>Without descriptors a queue silently turns read-only; without mappings the JVM ends without an exception. So the
 * budget stays far below both limits, and low where the system does not tell them.
 */
final class ProcessLimits {
    private static final int JOURNALS_MAX = 4096;
    private static final int JOURNALS_MIN = 16;
    private static final int WHEN_UNKNOWN = 256;

    /** An open journal takes two descriptors, and one more for each reader in an older segment. */
    private static final int DESCRIPTORS_PER_JOURNAL = 4;

    /** Two for the metadata and the newest segment, and some for each of its readers. */
    private static final int MAPPINGS_PER_JOURNAL = 12;

    private ProcessLimits() {}

    static int openJournalsMax() {
        long byDescriptors = descriptors() / DESCRIPTORS_PER_JOURNAL;
        long byMappings = mappings() / MAPPINGS_PER_JOURNAL;
        return (int) Math.max(JOURNALS_MIN, Math.min(JOURNALS_MAX, Math.min(byDescriptors, byMappings)));
    }

    private static long descriptors() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith("Max open files")) {
                    String soft = line.substring("Max open files".length()).trim();
                    return Long.parseLong(soft.substring(0, soft.indexOf(' ')));
                }
            }
        } catch (IOException | NumberFormatException e) {
            // No such file, or "unlimited": the cautious figure serves both.
        }
        return (long) WHEN_UNKNOWN * DESCRIPTORS_PER_JOURNAL;
    }

    private static long mappings() {
        try {
            return Long.parseLong(
                    Files.readString(Path.of("/proc/sys/vm/max_map_count")).trim());
        } catch (IOException | NumberFormatException e) {
            return (long) WHEN_UNKNOWN * MAPPINGS_PER_JOURNAL;
        }
    }
}
