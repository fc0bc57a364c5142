package dev.fluxlog.cli;

import dev.fluxlog.Durability;
import dev.fluxlog.EventLog;
import dev.fluxlog.backend.Backend.Level;
import dev.fluxlog.chronicle.ChronicleLog;
import dev.fluxlog.chronicle.ChronicleOptions;
import dev.fluxlog.memory.MemoryLog;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** Opens logs of this process: the one class that knows the backends. */
final class Backends {
    private Backends() {}

    /** Where a log keeps its events. */
    enum Kind {
        CHRONICLE,
        MEMORY
    }

    static Mono<EventLog> open(Kind kind, Path data, Durability durability) {
        return kind == Kind.MEMORY
                ? MemoryLog.open()
                : ChronicleLog.open(data, ChronicleOptions.defaults().withDurability(level(durability)));
    }

    private static Level level(Durability durability) {
        return switch (durability) {
            case DISK -> Level.DISK;
            case PROCESS -> Level.PROCESS;
            case MEMORY -> throw new WrongUsage("A log in a directory keeps disk or process; see --backend memory");
        };
    }
}
