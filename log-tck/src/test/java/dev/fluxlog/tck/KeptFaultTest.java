package dev.fluxlog.tck;

import dev.fluxlog.backend.Backend;

final class KeptFaultTest extends FaultContract {
    private final KeptBackend.Medium medium = new KeptBackend.Medium();

    @Override
    protected Backend backend() {
        return new KeptBackend(medium);
    }
}
