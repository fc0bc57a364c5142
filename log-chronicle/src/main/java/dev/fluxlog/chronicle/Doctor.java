package dev.fluxlog.chronicle;

import dev.fluxlog.LogException;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks at the directory of a log that nobody has open, and mends what can be derived.
 *
 * <p>Looking reads every byte that is needed and changes none. Mending writes only what follows from what is there; it
 * moves what it does not believe into quarantine, deletes no committed event, and can be repeated after a stop at any
 * point. What nobody has any more stays lost and is told again by the next examination. The checks are described in the
 * guide {@code docs/guides/doctor.md}.
 *
 * <p>All methods block, for as long as it takes to read the log.
 */
public final class Doctor {
    /** A step may uncover what another has to do; nothing needs more rounds than this. */
    private static final int ROUNDS_MAX = 4;

    private final Path directory;
    private final Disk disk;
    private final CrashPoints crashPoints;

    private Doctor(Path directory, Disk disk, CrashPoints crashPoints) {
        this.directory = directory;
        this.disk = disk;
        this.crashPoints = crashPoints;
    }

    public static Doctor of(Path directory) {
        return of(directory, new LocalDisk(), CrashPoints.NONE);
    }

    static Doctor of(Path directory, Disk disk, CrashPoints crashPoints) {
        return new Doctor(directory, disk, crashPoints);
    }

    /** Names of all checks, in the order in which they are made. */
    public static List<String> checks() {
        return Stream.of(Checks.Id.values()).map(id -> id.text).toList();
    }

    /**
     * Makes all checks.
     *
     * @throws LogException.Busy when somebody has the log open, with the facts of the owner
     * @throws LogException.Failed when there is no log here, or it cannot be looked at
     */
    public Diagnosis examine() {
        try {
            Medium medium = medium();
            try (StillDirectory still = StillDirectory.hold(medium)) {
                return new Examination(medium).run();
            }
        } catch (StorageException e) {
            throw Refusals.of("examine", e);
        }
    }

    /**
     * Mends what can be mended and makes all checks again. On a sound log it changes no byte.
     *
     * @throws LogException.Busy when somebody has the log open
     * @throws LogException.Failed when a step fails; what it was about is as before or mended
     */
    public Diagnosis fix() {
        Diagnosis diagnosis = examine();
        for (int round = 0; round < ROUNDS_MAX && diagnosis.isMendable(); round++) {
            try {
                mend(medium());
            } catch (StorageException e) {
                throw Refusals.of("mend", e);
            }
            diagnosis = examine();
        }
        return diagnosis;
    }

    private void mend(Medium medium) {
        Examination examination = new Examination(medium);
        try (Ownership ownership = Ownership.acquire(medium, Owner.thisProcess(Clock.systemUTC(), 0, ""))) {
            Diagnosis found = examination.run();
            if (!found.check(Checks.Id.VERSIONS.text).findings().isEmpty()) {
                throw new StorageException(
                        Kind.UNSUPPORTED_VERSION, "a log of a later release is not mended by this one");
            }
            StartCheck.run();
            for (Mending mending : examination.mendings()) {
                try {
                    mending.run(medium);
                } catch (IOException e) {
                    throw medium.failed("mending", medium.root(), e);
                }
            }
        }
        if (examination.wantsOpening()) {
            ChronicleBackend backend =
                    new ChronicleBackend(directory, ChronicleOptions.defaults().withFreeBytesMin(0), disk, crashPoints);
            backend.recover();
            backend.close();
        }
    }

    private Medium medium() {
        try {
            Path root = directory.toRealPath();
            Medium medium = Takeover.current(new Medium(root, disk, crashPoints));
            if (!Files.isDirectory(root)
                    || !(!medium.root().equals(root)
                            || disk.exists(medium.manifestFile())
                            || disk.exists(medium.manifestCopy())
                            || disk.exists(medium.commitDirectory())
                            || disk.exists(medium.streamsDirectory()))) {
                throw new StorageException(Kind.SETUP, "there is no log here");
            }
            return medium;
        } catch (IOException e) {
            throw new StorageException(Kind.SETUP, "there is no directory of a log here", e);
        }
    }
}
