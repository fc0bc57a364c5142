package dev.fluxlog.chronicle;

import dev.fluxlog.LogException;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Copies a log into another directory while it runs, and makes a log of the copy again.
 *
 * <p>A backup holds exactly the commits up to one position: every event that was readable there with its sequence,
 * position and time, the marks and settings of all streams, those of deleted ones too, what makes appends idempotent, and
 * which log it is. It is taken by reading files, so writers do not pause and the log's process is not asked. Taken again
 * into the same directory it adds what has come since. An index that is replaced last, with the SHA-256 of every file,
 * says what the backup is: one that was stopped is the one before, or none.
 *
 * <p>All methods block and fail with a {@link LogException}.
 */
public final class Backup {
    /** A checkpoint or a trim in the middle makes it begin again; nobody checkpoints that often in a row. */
    private static final int ATTEMPTS_MAX = 20;

    private Backup() {}

    /**
     * What was done.
     *
     * @param position the highest one that the backup holds
     * @param events copied by this run
     * @param bytes written by this run
     * @param lost what was committed and cannot be read at the source
     */
    public record Report(long position, long events, long bytes, List<Lost> lost) {
        public Report {
            lost = List.copyOf(lost);
        }
    }

    /** Sequences of a stream that could not be copied: the first is damaged, those behind it are not copied either. */
    public record Lost(String stream, long first, long through) {}

    /**
     * Takes a backup of the log in a directory, or adds to the one that is there.
     *
     * @param target made if it does not exist; empty, or a backup of the same log
     * @throws LogException.Corrupt when the log cannot be read as a whole, or the backup that is there is damaged
     * @throws LogException.Failed when there is no log, or the target is something else
     */
    public static Report take(Path log, Path target) {
        return take(log, target, new LocalDisk());
    }

    static Report take(Path log, Path target, Disk disk) {
        return take(log, target, disk, CrashPoints.NONE);
    }

    static Report take(Path log, Path target, Disk disk, CrashPoints crashPoints) {
        try {
            Medium source = Takeover.current(new Medium(log.toRealPath(), new ReadOnlyDisk(disk), CrashPoints.NONE));
            Medium backup = new Medium(target(target, disk), disk, crashPoints);
            return take(source, backup);
        } catch (StorageException e) {
            throw Refusals.of("backup", e);
        } catch (IOException e) {
            throw new LogException.Failed("backup", e);
        }
    }

    private static Report take(Medium source, Medium backup) throws IOException {
        for (int attempt = 1; ; attempt++) {
            byte[] before = manifest(source);
            try {
                return new BackupRun(source, backup).run();
            } catch (BackupRun.Moved e) {
                if (attempt == ATTEMPTS_MAX) {
                    throw new IOException(e.getMessage(), e);
                }
            } catch (StorageException | IOException e) {
                if (attempt == ATTEMPTS_MAX || isAsBefore(source, before)) {
                    throw e;
                }
            }
        }
    }

    private static byte[] manifest(Medium source) throws IOException {
        return source.disk().exists(source.manifestFile())
                ? SmallFile.read(source, source.manifestFile(), Manifest.BYTES_MAX)
                : new byte[0];
    }

    /** Whether no checkpoint has freed what could explain what went wrong. */
    private static boolean isAsBefore(Medium source, byte[] before) throws IOException {
        return java.util.Arrays.equals(before, manifest(source));
    }

    private static Path target(Path directory, Disk disk) throws IOException {
        Files.createDirectories(directory);
        Path root = directory.toRealPath();
        if (!disk.exists(root.resolve(BackupIndex.FILE))) {
            for (Path file : disk.list(root)) {
                // A run that was stopped before its first index.
                if (!String.valueOf(file.getFileName()).matches("(manifest|journals|groups)-[-0-9]+|BACKUP\\.tmp")) {
                    throw new StorageException(Kind.SETUP, "the target of a backup must be empty, or a backup");
                }
            }
        }
        return root;
    }

    /** Which log a restored one is. */
    public enum Node {
        /** The one that was backed up, which is gone: two logs must not go on as the same. */
        SAME,
        /** Another one, with the same content. */
        NEW
    }

    /**
     * Makes a log of a backup, after every file of it was found whole.
     *
     * @param directory made if it does not exist, empty otherwise
     * @throws LogException.Corrupt when the backup is damaged or not complete; the directory then holds no log
     * @throws LogException.Failed when there is no backup, or the directory is not empty
     */
    public static Report restore(Path backup, Path directory, Node node) {
        return restore(backup, directory, node, new LocalDisk());
    }

    static Report restore(Path backup, Path directory, Node node, Disk disk) {
        return restore(backup, directory, node, disk, CrashPoints.NONE);
    }

    static Report restore(Path backup, Path directory, Node node, Disk disk, CrashPoints crashPoints) {
        try {
            StartCheck.run();
            Medium source = new Medium(backup.toRealPath(), new ReadOnlyDisk(disk), CrashPoints.NONE);
            if (disk.exists(directory)
                    && !(Files.isDirectory(directory) && disk.list(directory).isEmpty())) {
                throw new StorageException(Kind.SETUP, "a backup is restored into an empty directory only");
            }
            RestoreRun run = RestoreRun.verified(source, node);
            Files.createDirectories(directory);
            return run.into(new Medium(directory.toRealPath(), disk, crashPoints));
        } catch (StorageException e) {
            throw Refusals.of("restore", e);
        } catch (IOException e) {
            throw new LogException.Failed("restore", e);
        }
    }
}
