package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What all parts of one open log share: where it is, how it reaches files, and whom it tells where it stands.
 *
 * @param directory the log's directory, a real path
 * @param root where its files are: the same, or a directory in it, see {@link Takeover}
 */
record Medium(Path directory, Path root, Disk disk, CrashPoints crashPoints) {
    Medium(Path directory, Disk disk, CrashPoints crashPoints) {
        this(directory, directory, disk, crashPoints);
    }

    /** The same log with its files there. */
    Medium at(Path newRoot) {
        return new Medium(directory, newRoot, disk, crashPoints);
    }

    /** For whoever changes nothing. */
    Medium through(Disk readOnly) {
        return new Medium(directory, root, readOnly, CrashPoints.NONE);
    }

    Path commitDirectory() {
        return root.resolve("commit");
    }

    Path streamsDirectory() {
        return root.resolve("streams");
    }

    Path quarantineDirectory() {
        return root.resolve("quarantine");
    }

    Path trashDirectory() {
        return root.resolve("trash");
    }

    Path manifestFile() {
        return root.resolve("manifest");
    }

    /** See {@link ManifestFile}. */
    Path manifestCopy() {
        return root.resolve("manifest.copy");
    }

    /** See {@link NewestSegment}. */
    Path newestSegment() {
        return root.resolve("commit.head");
    }

    Path ownerFile() {
        return directory.resolve("OWNER");
    }

    Path lockFile() {
        return directory.resolve("LOCK");
    }

    /** By number and never by name, so that every legal name has a place of its own; spread over 256 directories. */
    Path streamDirectory(long stream) {
        return streamsDirectory()
                .resolve(String.format(Locale.ROOT, "%02x", stream & 0xFF))
                .resolve(String.format(Locale.ROOT, "%016x", stream));
    }

    /** Number of the stream whose journal this directory is, or -1 for any other path. */
    static long streamOf(Path directory) {
        String name = String.valueOf(directory.getFileName());
        return name.matches("[0-9a-f]{16}") ? Long.parseUnsignedLong(name, 16) : -1;
    }

    /** The file's name as failures tell it: relative to the log, with forward slashes. */
    String name(Path file) {
        return directory.relativize(file).toString().replace('\\', '/');
    }

    /** Creates the directory with its missing parents below the root, each forced into the one above. */
    void makeDirectory(Path directory) throws IOException {
        if (disk.exists(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent == null) {
            throw new NoSuchFileException(directory.toString());
        }
        if (!directory.equals(root)) {
            makeDirectory(parent);
        }
        disk.createDirectories(directory);
        disk.forceDirectory(parent);
    }

    /**
     * Whoever maps a file and writes what the disk has no page for is told by a fault of the machine, at some later moment,
     * in whatever the thread does then: in the middle of closing a file, for one, which then never ends. So it is asked
     * for before.
     *
     * @throws StorageException {@code FULL} when less is free where the log is
     */
    void requireFree(long bytes) {
        long usable = usableBytes();
        if (usable < bytes) {
            throw new StorageException(
                    StorageException.Kind.FULL,
                    usable + " bytes are free where the log is, and writing there needs " + bytes);
        }
    }

    boolean hasFree(long bytes) {
        return usableBytes() >= bytes;
    }

    private long usableBytes() {
        try {
            return disk.usableBytes(root);
        } catch (IOException e) {
            throw failed("asking for the free space of", root, e);
        }
    }

    StorageException failed(String what, Path file, Throwable cause) {
        return new StorageException(StorageException.Kind.IO, what + " " + name(file) + " failed: " + cause, cause)
                .in(name(file), -1);
    }

    StorageException corrupt(String what, Path file, long offset) {
        return new StorageException(StorageException.Kind.CORRUPT, name(file) + " at " + offset + ": " + what)
                .in(name(file), offset);
    }
}
