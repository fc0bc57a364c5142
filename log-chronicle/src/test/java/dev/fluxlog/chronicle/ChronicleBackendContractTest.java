package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.tck.BackendContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ChronicleBackendContractTest extends BackendContract {
    @TempDir
    Path directory;

    @Override
    protected Backend open() {
        return new ChronicleBackend(directory, TestLogs.small().withGatheredRunBytesMax(256));
    }

    @Override
    protected Backend.Level durability() {
        return Backend.Level.DISK;
    }
}
