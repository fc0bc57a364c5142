package dev.fluxlog.chronicle;

import dev.fluxlog.LogException;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/**
 * A log's directory for those who look after it: makes one, tells which log it is and who has it open.
 *
 * <p>It opens no log and reads no event. All methods block and fail with a {@link LogException}.
 */
public final class LogDirectory {
    private final Path directory;
    private final CrashPoints crashPoints;

    private LogDirectory(Path directory, CrashPoints crashPoints) {
        this.directory = directory;
        this.crashPoints = crashPoints;
    }

    public static LogDirectory of(Path directory) {
        return of(directory, CrashPoints.NONE);
    }

    static LogDirectory of(Path directory, CrashPoints crashPoints) {
        return new LogDirectory(directory, crashPoints);
    }

    /**
     * Which log it is.
     *
     * @param created whether it was made by this call
     */
    public record Identity(boolean created, UUID nodeId) {}

    /**
     * Makes a log here, or confirms the one there is, of which it changes no byte, whether somebody has it open or not.
     *
     * @throws LogException.Corrupt when there is one whose identity cannot be read: it is not given another
     */
    public Identity init() {
        try {
            Medium plain = medium(Ownership.prepare(directory));
            if (Takeover.stand(plain).moving()) {
                return identityAfterTakeover(plain);
            }
            Medium medium = Takeover.current(plain);
            return isThere(medium) ? identity(medium) : create(medium);
        } catch (StorageException e) {
            throw Refusals.of("init", e);
        }
    }

    private static boolean isThere(Medium medium) {
        return medium.disk().exists(medium.manifestFile()) || medium.disk().exists(medium.manifestCopy());
    }

    private Medium medium(Path root) {
        return new Medium(root, new LocalDisk(), crashPoints);
    }

    private static Identity identity(Medium medium) {
        return new Identity(false, ManifestFile.read(medium).manifest().nodeId());
    }

    /** Half way there is no telling what is there and what is not. */
    private static Identity identityAfterTakeover(Medium medium) {
        try (Ownership ownership = Ownership.acquire(medium, Owner.thisProcess(Clock.systemUTC(), 0, ""))) {
            return identity(Takeover.finish(medium));
        }
    }

    private static Identity create(Medium medium) {
        try (Ownership ownership = Ownership.acquire(medium, Owner.thisProcess(Clock.systemUTC(), 0, ""))) {
            if (isThere(medium)) {
                return identity(medium);
            }
            // Refuses journals that have lost their manifest.
            Manifest manifest = ManifestFile.read(medium).manifest();
            medium.crashPoints().before(Step.INIT_DIRECTORIES);
            try {
                medium.makeDirectory(medium.commitDirectory());
                medium.makeDirectory(medium.streamsDirectory());
            } catch (IOException e) {
                throw medium.failed("making the directories of", medium.root(), e);
            }
            medium.crashPoints().before(Step.INIT_MANIFEST);
            ManifestFile.replace(medium, manifest);
            return new Identity(true, manifest.nodeId());
        }
    }

    /**
     * Records, for whoever is refused with {@link LogException.Busy}, where the log answers that this process has open
     * here.
     *
     * @throws IllegalStateException when this process has no log open here
     */
    public void announce(String endpoint) {
        try {
            Ownership.ofThisProcess(directory.toRealPath())
                    .orElseThrow(() -> new IllegalStateException("this process has no log open in " + directory))
                    .announce(endpoint);
        } catch (IOException e) {
            throw new LogException.Failed("announce", e);
        } catch (StorageException e) {
            throw Refusals.of("announce", e);
        }
    }

    /**
     * Where the living process answers that has announced itself here; empty when nobody has, when its record cannot be
     * read, or when it is not a process that can be seen from here. Says nothing about who holds the lock: asked after a
     * {@link LogException.Busy}.
     */
    public Optional<String> endpoint() {
        Medium medium = medium(directory);
        try {
            if (!Files.exists(medium.ownerFile())) {
                return Optional.empty();
            }
            return Owner.livingEndpoint(SmallFile.read(medium, medium.ownerFile(), Owner.BYTES_MAX));
        } catch (IOException | StorageException unreadable) {
            return Optional.empty();
        }
    }
}
