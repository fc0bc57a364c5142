package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    private Owner owner;
    private boolean closed;

    private Ownership(Medium medium, FileChannel channel, Owner owner) {
        this.medium = medium;
        this.channel = channel;
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
        if (!HELD.add(medium.root())) {
            throw busy(medium);
        }
    }

    static void unclaim(Path root) {
        HELD.remove(root);
    }

    static Ownership acquire(Medium medium, Owner owner) {
        claim(medium);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(medium.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw busy(medium);
            }
            Ownership ownership = new Ownership(medium, channel, owner);
            OWN.put(medium.root(), ownership);
            return ownership;
        } catch (IOException | OverlappingFileLockException e) {
            release(medium, channel);
            throw new StorageException(Kind.SETUP, "the log's directory cannot be locked: " + e, e);
        } catch (RuntimeException | Error e) {
            release(medium, channel);
            throw e;
        }
    }

    static StorageException busy(Medium medium) {
        String facts;
        try {
            facts = Owner.describe(SmallFile.read(medium, medium.ownerFile(), Owner.BYTES_MAX));
        } catch (IOException | StorageException e) {
            facts = "a process that has left no readable record";
        }
        return new StorageException(Kind.BUSY, "the log is in use by " + facts);
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

    /** Removes the record and then the lock. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            medium.disk().delete(medium.ownerFile());
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
            OWN.remove(medium.root());
            unclaim(medium.root());
        }
    }
}
