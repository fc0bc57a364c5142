package dev.fluxlog.tck;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.memory.MemoryBackend;
import java.util.Map;

final class MemoryFaultTest extends FaultContract {

    @Override
    protected Backend backend() {
        return new MemoryBackend();
    }

    @Override
    protected Map<Capability, String> lacking() {
        return MemoryFixture.MISSING;
    }
}
