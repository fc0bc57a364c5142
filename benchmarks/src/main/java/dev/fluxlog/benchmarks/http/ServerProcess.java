package dev.fluxlog.benchmarks.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What a server and its children take of the machine, as the operating system sees it.
 *
 * @param pid 0 for one that is not known, which takes nothing
 */
public record ServerProcess(long pid) {

    long residentBytes() {
        return all().mapToLong(process -> residentBytes(process.pid())).sum();
    }

    /** Processor time so far; the load of other processes has no part in it. */
    long cpuNanos() {
        return all().mapToLong(process ->
                        process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
                .sum();
    }

    private Stream<ProcessHandle> all() {
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()));
    }

    private static long residentBytes(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
