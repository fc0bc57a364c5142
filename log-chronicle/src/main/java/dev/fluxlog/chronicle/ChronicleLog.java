package dev.fluxlog.chronicle;

import dev.fluxlog.EventLog;
import dev.fluxlog.LogOptions;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** Opens a durable log in a directory of the local file system. */
public final class ChronicleLog {
    private ChronicleLog() {}

    /** With the default options; see {@link #open(Path, ChronicleOptions, LogOptions)}. */
    public static Mono<EventLog> open(Path directory) {
        return open(directory, ChronicleOptions.defaults(), LogOptions.defaults());
    }

    /** With the default bounds of the engine; see {@link #open(Path, ChronicleOptions, LogOptions)}. */
    public static Mono<EventLog> open(Path directory, ChronicleOptions options) {
        return open(directory, options, LogOptions.defaults());
    }

    /**
     * Opens the log in this directory, creating it when there is none, and repairs what a stop has left behind.
     *
     * <p><em>Emits</em> the log once recovery is done. <em>Fails with</em> {@link dev.fluxlog.LogException.Busy} when
     * another log, of this process or another, has the directory open; {@link dev.fluxlog.LogException.Corrupt} when
     * what it needs to open is damaged; {@link dev.fluxlog.LogException.UnsupportedVersion}; {@link
     * dev.fluxlog.LogException.Failed}, among others when the JVM lacks the options that Chronicle Queue needs.
     *
     * <p>Not for network file systems: their locks do not keep a second process out.
     */
    public static Mono<EventLog> open(Path directory, ChronicleOptions options, LogOptions bounds) {
        return Mono.defer(() -> EventLog.open(new ChronicleBackend(directory, options), bounds));
    }
}
