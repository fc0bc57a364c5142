package dev.fluxlog.chronicle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Which start of the operating system this is. What was written during the current one is in its page cache at least,
 * whatever became of the process.
 */
final class BootId {
    private static final Path LINUX = Path.of("/proc/sys/kernel/random/boot_id");
    private static final UUID CURRENT = read();

    private BootId() {}

    /** Where the system does not tell, it is another one for each process. */
    static UUID current() {
        return CURRENT;
    }

    private static UUID read() {
        try {
            return UUID.fromString(Files.readString(LINUX).strip());
        } catch (IOException | IllegalArgumentException notTold) {
            return UUID.randomUUID();
        }
    }
}
