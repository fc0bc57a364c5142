package dev.fluxlog.tck;

import dev.fluxlog.backend.Backend;

final class KeptBackendTest extends BackendContract {
    private final KeptBackend.Medium medium = new KeptBackend.Medium();

    @Override
    protected Backend open() {
        return new KeptBackend(medium);
    }

    @Override
    protected Backend.Level durability() {
        return Backend.Level.MEMORY;
    }
}
