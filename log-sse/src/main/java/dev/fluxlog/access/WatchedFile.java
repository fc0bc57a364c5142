package dev.fluxlog.access;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * A small file that somebody may replace while it is in use. It is read every second, whole, since neither its time nor
 * its size tells every change. What cannot be read or understood is reported, and the content before it stays.
 *
 * @param <T> what the content means
 */
public final class WatchedFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int BYTES_MAX = 4 << 20;

    private final Path path;
    private final Privacy privacy;
    private final Function<byte[], T> reader;
    private final Sinks.Many<Long> changes = Sinks.many().multicast().directBestEffort();

    // Owned by the thread that looks; the value is read by any.
    private byte[] seen = new byte[0];
    private volatile T value;
    private long generation;

    /** Who else may touch the file, where its file system can tell. */
    public enum Privacy {
        /** Others may read it. */
        UNCHANGED,
        /** Others may not even read it. */
        SECRET
    }

    private WatchedFile(Path path, Privacy privacy, Function<byte[], T> reader, byte[] content) {
        this.path = path;
        this.privacy = privacy;
        this.reader = reader;
        this.seen = content;
        this.value = reader.apply(content);
    }

    /**
     * Reads the file and goes on looking.
     *
     * <p><em>Fails with</em> {@link IllegalArgumentException} when there is no such file, others may do to it what they
     * should not, or the reader refuses its content.
     *
     * @param scheduler whose threads may block; ends the looking when it is disposed of
     */
    public static <T> Mono<WatchedFile<T>> open(
            Path path, Privacy privacy, Function<byte[], T> reader, Scheduler scheduler) {
        return Mono.fromCallable(() -> {
                    try {
                        return new WatchedFile<>(path, privacy, reader, read(path, privacy));
                    } catch (IOException e) {
                        throw new IllegalArgumentException("Cannot read " + path + ": " + e, e);
                    }
                })
                .doOnNext(file -> scheduler.schedulePeriodically(
                        file::look, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS))
                .subscribeOn(scheduler);
    }

    public T value() {
        return value;
    }

    /** <em>Emits</em> behind each change of the value. Hot. */
    public Flux<Long> changes() {
        return changes.asFlux();
    }

    private void look() {
        try {
            byte[] content = read(path, privacy);
            if (Arrays.equals(content, seen)) {
                return;
            }
            seen = content;
            value = reader.apply(content);
            LOG.info("{} was read anew", path);
            changes.emitNext(++generation, Sinks.EmitFailureHandler.FAIL_FAST);
        } catch (IOException | IllegalArgumentException unusable) {
            LOG.error("{} cannot be used, what was read before stays: {}", path, unusable.getMessage());
        }
    }

    private static byte[] read(Path path, Privacy privacy) throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Set<PosixFilePermission> may = Files.getPosixFilePermissions(path);
            if (may.contains(PosixFilePermission.OTHERS_WRITE) || may.contains(PosixFilePermission.GROUP_WRITE)) {
                throw new IllegalArgumentException(path + " can be written by others: chmod go-w");
            }
            if (privacy == Privacy.SECRET && may.contains(PosixFilePermission.OTHERS_READ)) {
                throw new IllegalArgumentException(path + " can be read by others: chmod o-r");
            }
        }
        if (Files.size(path) > BYTES_MAX) {
            throw new IllegalArgumentException(path + " is larger than " + BYTES_MAX + " bytes");
        }
        return Files.readAllBytes(path);
    }
}
