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

    /**
     * Opens the log like {@link #open(Path, ChronicleOptions, LogOptions)}, and takes it away from the process that has it
     * open, if one has: for an owner that is suspended or hangs, and will not give it up.
     *
     * <p>What that process has acknowledged is there. When it goes on it commits nothing more: its appends, and whatever
     * else it needs files for, fail with {@link dev.fluxlog.LogException.Fenced}. <em>Fails with</em> {@link
     * dev.fluxlog.LogException.Busy} only when this process itself has the log open; {@link
     * dev.fluxlog.LogException.Fenced} when another one takes it over in turn.
     */
    public static Mono<EventLog> takeOver(Path directory, ChronicleOptions options, LogOptions bounds) {
        return Mono.defer(() -> EventLog.open(new ChronicleBackend(directory, options).takingOver(), bounds));
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
