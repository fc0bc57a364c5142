package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.tck.FaultContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ChronicleFaultTest extends FaultContract {
    @TempDir
    Path directory;

    @Override
    protected Backend backend() {
        return new ChronicleBackend(directory, TestLogs.smallInProcess());
    }
}
