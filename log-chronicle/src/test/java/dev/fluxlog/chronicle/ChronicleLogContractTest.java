package dev.fluxlog.chronicle;

import dev.fluxlog.tck.EventLogContract;
import dev.fluxlog.tck.LogFixture;

class ChronicleLogContractTest extends EventLogContract {

    @Override
    protected LogFixture fixture() {
        return new DirectoryFixture();
    }
}
