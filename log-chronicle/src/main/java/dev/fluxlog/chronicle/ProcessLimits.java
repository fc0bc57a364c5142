package dev.fluxlog.chronicle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many stream journals this process can hold open.
 *
 * <p>Without descriptors a queue silently turns read-only; without mappings the JVM ends without an exception. So the
 * budget stays far below both limits, and low where the system does not tell them.
 */
final class ProcessLimits {
    /** Each takes about 14 KiB of heap and 100 KiB of mapped pages; more of them gain little, since runs are gathered. */
    private static final int JOURNALS_MAX = 1024;

    private static final int JOURNALS_MIN = 16;
    private static final int WHEN_UNKNOWN = 256;

    /** For the JVM, the commit journal, checkpoints and whatever else the process does. */
    private static final int DESCRIPTORS_FOR_OTHERS = 128;

    /** An open journal takes two descriptors, and one more for each reader in an older segment. */
    private static final int DESCRIPTORS_PER_JOURNAL = 4;

    /** Two for the metadata and the newest segment, and some for each of its readers. */
    private static final int MAPPINGS_PER_JOURNAL = 12;

    private ProcessLimits() {}

    static int openJournalsMax() {
        long byDescriptors = (descriptors() - DESCRIPTORS_FOR_OTHERS) / DESCRIPTORS_PER_JOURNAL;
        long byMappings = mappings() / MAPPINGS_PER_JOURNAL;
        return (int) Math.max(JOURNALS_MIN, Math.min(JOURNALS_MAX, Math.min(byDescriptors, byMappings)));
    }

    static long descriptors() {
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

    static long mappings() {
        // By one read of more than there is: such a file gives out its content once, and reading it as a whole, which
        // begins with what its length says, namely nothing, brings a single digit.
        try (InputStream file = Files.newInputStream(Path.of("/proc/sys/vm/max_map_count"))) {
            return Long.parseLong(new String(file.readNBytes(64), StandardCharsets.US_ASCII).trim());
        } catch (IOException | NumberFormatException e) {
            return (long) WHEN_UNKNOWN * MAPPINGS_PER_JOURNAL;
        }
    }
}
