package dev.fluxlog.tck;

final class KeptLogTest extends EventLogContract {

    @Override
    protected LogFixture fixture() {
        return new KeptFixture();
    }
}
