package dev.fluxlog.tck;

final class KeptDifferenceTest extends DifferentialContract {

    @Override
    protected LogFixture reference() {
        return new MemoryFixture();
    }

    @Override
    protected LogFixture subject() {
        return new KeptFixture();
    }
}
