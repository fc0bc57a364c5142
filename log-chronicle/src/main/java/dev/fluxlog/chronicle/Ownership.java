package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to write to a directory: held by one log in one process, and given up by the kernel when that dies.
 *
 * <p>Trap: closing any channel on the lock file, also one that was refused the lock, drops a lock that the same process
 * holds, and nothing tells. So the file is opened once per process and directory: the real path is looked up in a
 * process-wide set first, and nothing is ever read from it. Who the owner is stands in a file of its own.
 *
 * <p>Network file systems are not supported: their locks are not to be relied upon.
 */
final class Ownership implements AutoCloseable {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Those of this process that are complete, by real path. */
    private static final Map<Path, Ownership> OWN = new ConcurrentHashMap<>();

    private final Medium medium;
    private final FileChannel channel;

    /** Which file the lock is on; another one in its place is the lock of a later owner. */
    private final Object lockKey;

    private Owner owner;
    private boolean closed;

    private Ownership(Medium medium, FileChannel channel, Object lockKey, Owner owner) {
        this.medium = medium;
        this.channel = channel;
        this.lockKey = lockKey;
        this.owner = owner;
    }

    /**
     * @param directory created if it does not exist
     * @throws StorageException {@code BUSY} with the facts of the owner; {@code SETUP} when it cannot be a log
     */
    static Path prepare(Path directory) {
        try {
            Files.createDirectories(directory);
            Path real = directory.toRealPath();
            if (!Files.isWritable(real) || !Files.isReadable(real)) {
                throw new StorageException(
                        Kind.SETUP, "the log's directory must be readable and writable: " + directory);
            }
            return real;
        } catch (IOException e) {
            throw new StorageException(
                    Kind.SETUP, "the log's directory is not a directory or cannot be made: " + directory, e);
        }
    }

    /** Within this process: from here on nobody else touches the lock file, until it is {@link #unclaim given back}. */
    static void claim(Medium medium) {
        if (!HELD.add(medium.directory())) {
            throw busy(medium);
        }
    }

    static void unclaim(Path root) {
        HELD.remove(root);
    }

    static Ownership acquire(Medium medium, Owner owner) {
        return acquire(medium, owner, medium.lockFile());
    }

    /**
     * Becomes the owner whoever is: the lock file is replaced by one that this process has locked. What keeps the former
     * owner from writing is {@link Takeover}, which has to follow.
     *
     * @throws StorageException {@code BUSY} when this process itself has the log open; {@code SETUP}
     */
    static Ownership takeOver(Medium medium, Owner owner) {
        return acquire(medium, owner, medium.lockFile().resolveSibling("LOCK." + owner.id() + ".tmp"));
    }

    private static Ownership acquire(Medium medium, Owner owner, Path file) {
        claim(medium);
        FileChannel channel = null;
        try {
            if (file.equals(medium.lockFile()) && !Files.exists(file)) {
                refuseLiving(medium);
            }
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            Object key = keyOf(file);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw busy(medium);
            }
            if (!file.equals(medium.lockFile())) {
                medium.crashPoints().before(CrashPoints.Step.TAKE_OVER_LOCK);
                Files.move(file, medium.lockFile(), StandardCopyOption.ATOMIC_MOVE);
            }
            if (!key.equals(keyOf(medium.lockFile()))) {
                // Somebody took it over between the two looks.
                throw busy(medium);
            }
            Ownership ownership = new Ownership(medium, channel, key, owner);
            OWN.put(medium.directory(), ownership);
            return ownership;
        } catch (IOException | OverlappingFileLockException e) {
            release(medium, channel);
            throw new StorageException(Kind.SETUP, "the log's directory cannot be locked: " + e, e);
        } catch (RuntimeException | Error e) {
            release(medium, channel);
            throw e;
        }
    }

    /** Somebody removed the lock file, and an owner may go on with the lock that it has: its record is all that tells. */
    private static void refuseLiving(Medium medium) throws IOException {
        if (Files.exists(medium.ownerFile())) {
            byte[] record = SmallFile.read(medium, medium.ownerFile(), Owner.BYTES_MAX);
            if (Owner.isLiving(record) && !Owner.isOfThisProcess(record)) {
                throw busy(medium);
            }
        }
    }

    private static Object keyOf(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file : key;
    }

    /** That the log belongs to somebody else now, or null. */
    @Nullable
    StorageException fenced() {
        try {
            if (lockKey.equals(keyOf(medium.lockFile()))) {
                return null;
            }
        } catch (IOException unreadable) {
            // Removed by somebody, which is another failure than this one.
            return null;
        }
        return new StorageException(
                Kind.FENCED,
                "the log was taken over by " + recorded(medium) + "; this process had it open as epoch "
                        + owner.epoch());
    }

    static StorageException busy(Medium medium) {
        return new StorageException(Kind.BUSY, "the log is in use by " + recorded(medium));
    }

    private static String recorded(Medium medium) {
        try {
            return Owner.describe(SmallFile.read(medium, medium.ownerFile(), Owner.BYTES_MAX));
        } catch (IOException | StorageException e) {
            return "a process that has left no readable record";
        }
    }

    /** What this process holds on that directory. */
    static Optional<Ownership> ofThisProcess(Path root) {
        return Optional.ofNullable(OWN.get(root));
    }

    /** Tells the world where the owner can be reached, once that is known. */
    void announce(String endpoint) {
        announce(owner.epoch(), endpoint);
    }

    /** Tells the world the epoch, and where the owner can be reached. */
    synchronized void announce(long epoch, String endpoint) {
        if (closed) {
            throw new IllegalStateException("the log is closed");
        }
        StorageException fenced = fenced();
        if (fenced != null) {
            throw fenced;
        }
        owner = owner.at(epoch, endpoint);
        medium.crashPoints().before(CrashPoints.Step.OPEN_OWNER);
        try {
            SmallFile.replace(medium, medium.ownerFile(), owner.encode());
        } catch (IOException e) {
            throw medium.failed("replacing", medium.ownerFile(), e);
        }
    }

    Owner owner() {
        return owner;
    }

    /** Removes the record, unless it is that of a later owner, and then the lock. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (fenced() == null) {
                medium.disk().delete(medium.ownerFile());
            }
        } catch (IOException e) {
            throw medium.failed("deleting", medium.ownerFile(), e);
        } finally {
            release(medium, channel);
        }
    }

    /** Gives up the lock like a process that dies: the record stays. */
    synchronized void abandon() {
        if (!closed) {
            closed = true;
            release(medium, channel);
        }
    }

    private static void release(Medium medium, @Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The lock goes with the descriptor, and that is gone whatever close() says.
        } finally {
            OWN.remove(medium.directory());
            unclaim(medium.directory());
        }
    }
}
