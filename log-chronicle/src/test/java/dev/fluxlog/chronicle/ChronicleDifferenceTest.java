package dev.fluxlog.chronicle;

import dev.fluxlog.Durability;
import dev.fluxlog.EventLog;
import dev.fluxlog.LogOptions;
import dev.fluxlog.memory.MemoryLog;
import dev.fluxlog.tck.DifferentialContract;
import dev.fluxlog.tck.LogFixture;
import reactor.core.publisher.Mono;

/** The log on disk beside the one in memory, which is never opened again. */
class ChronicleDifferenceTest extends DifferentialContract {

    @Override
    protected LogFixture reference() {
        return new LogFixture() {
            @Override
            public Mono<EventLog> open(LogOptions options) {
                return MemoryLog.open(options);
            }

            @Override
            public Durability durability() {
                return Durability.MEMORY;
            }
        };
    }

    @Override
    protected LogFixture subject() {
        return new DirectoryFixture();
    }
}
