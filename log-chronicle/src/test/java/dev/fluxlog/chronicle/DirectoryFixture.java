package dev.fluxlog.chronicle;

import dev.fluxlog.Durability;
import dev.fluxlog.EventLog;
import dev.fluxlog.LogOptions;
import dev.fluxlog.tck.LogFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** A log in a directory of its own, which goes with the fixture. */
final class DirectoryFixture implements LogFixture {
    private Path directory = Path.of("");

    @Override
    public Mono<EventLog> open(LogOptions options) {
        return Mono.defer(() -> ChronicleLog.open(directory(), TestLogs.fewJournals(), options));
    }

    private Path directory() {
        try {
            if (directory.toString().isEmpty()) {
                directory = Files.createTempDirectory("fluxlog");
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Durability durability() {
        return Durability.PROCESS;
    }

    @Override
    public void close() {
        if (directory.toString().isEmpty()) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
