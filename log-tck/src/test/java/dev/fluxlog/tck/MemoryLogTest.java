package dev.fluxlog.tck;

final class MemoryLogTest extends EventLogContract {

    @Override
    protected LogFixture fixture() {
        return new MemoryFixture();
    }
}
