package dev.fluxlog.tck;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.memory.MemoryBackend;
import java.util.Map;

final class MemoryBackendTest extends BackendContract {

    @Override
    protected Backend open() {
        return new MemoryBackend();
    }

    @Override
    protected Backend.Level durability() {
        return Backend.Level.MEMORY;
    }

    @Override
    public Map<Capability, String> missing() {
        return MemoryFixture.MISSING;
    }
}
