package dev.fluxlog.cli;

import dev.fluxlog.Durability;
import dev.fluxlog.EventLog;
import dev.fluxlog.LogOptions;
import dev.fluxlog.backend.Backend.Level;
import dev.fluxlog.chronicle.ChronicleLog;
import dev.fluxlog.chronicle.ChronicleOptions;
import dev.fluxlog.chronicle.LogDirectory;
import dev.fluxlog.memory.MemoryLog;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Opens logs of this process: the one class that knows the backends. */
final class Backends {
    private Backends() {}

    /** Where a log keeps its events. */
    enum Kind {
        CHRONICLE,
        MEMORY
    }

    static Mono<EventLog> open(Path data, Durability durability) {
        return openToServe(Kind.CHRONICLE, data, durability, 0);
    }

    /** A log that is kept open, and reads what is stored again in the background. */
    static Mono<EventLog> openToServe(Kind kind, Path data, Durability durability, long scrubMebibytes) {
        return kind == Kind.MEMORY ? MemoryLog.open() : ChronicleLog.open(data, options(durability, scrubMebibytes));
    }

    /** The same, taken away from the process that has it open. */
    static Mono<EventLog> takeOverToServe(Path data, Durability durability, long scrubMebibytes) {
        return ChronicleLog.takeOver(data, options(durability, scrubMebibytes), LogOptions.defaults());
    }

    private static ChronicleOptions options(Durability durability, long scrubMebibytes) {
        return ChronicleOptions.defaults()
                .withDurability(level(durability))
                .withScrubBytesPerSecond(scrubMebibytes << 20);
    }

    /** A log in a directory whose events get their times from this clock; durable when it is closed. */
    static Mono<EventLog> openToImport(Path data, Clock clock) {
        return ChronicleLog.open(
                data,
                ChronicleOptions.defaults().withDurability(Level.PROCESS).withScrubBytesPerSecond(0),
                LogOptions.defaults().withClock(clock));
    }

    /** Makes or confirms the log: {@code created} or {@code existing}, and its node id. */
    static String init(Path data) {
        LogDirectory.Identity identity = LogDirectory.of(data).init();
        return (identity.created() ? "created " : "existing ") + identity.nodeId();
    }

    /** Tells other commands on this directory where its log answers, which this process has open. */
    static void announce(Kind kind, Path data, String url) {
        if (kind == Kind.CHRONICLE) {
            LogDirectory.of(data).announce(url);
        }
    }

    /** Where the process answers that has the log of this directory open. */
    static Optional<String> endpoint(Path data) {
        return LogDirectory.of(data).endpoint();
    }

    private static Level level(Durability durability) {
        return switch (durability) {
            case DISK -> Level.DISK;
            case PROCESS -> Level.PROCESS;
            case MEMORY -> throw new WrongUsage("A log in a directory keeps disk or process; see --backend memory");
        };
    }
}
