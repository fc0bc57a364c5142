package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StorageException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A directory in which nobody writes while it is looked at: a shared lock on the lock file, which no owner gets past and
 * which changes no byte.
 *
 * <p>Where there is no lock file there has never been an owner, or somebody has removed it, and nothing is made for the
 * sake of looking. The trap that {@link Ownership} tells of is kept clear of in the same way, by asking within the process
 * first.
 */
final class StillDirectory implements AutoCloseable {
    private final Path root;
    private final @Nullable FileChannel channel;

    private StillDirectory(Path root, @Nullable FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    /** @throws StorageException {@code BUSY} with the facts of the owner; {@code SETUP} */
    static StillDirectory hold(Medium medium) {
        Ownership.claim(medium);
        FileChannel channel = null;
        try {
            if (Files.exists(medium.lockFile())) {
                channel = FileChannel.open(medium.lockFile(), StandardOpenOption.READ);
                FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
                if (lock == null) {
                    throw Ownership.busy(medium);
                }
            }
            return new StillDirectory(medium.directory(), channel);
        } catch (IOException e) {
            release(medium.directory(), channel);
            throw new StorageException(Kind.SETUP, "the log's directory cannot be locked: " + e, e);
        } catch (RuntimeException | Error e) {
            release(medium.directory(), channel);
            throw e;
        }
    }

    private static void release(Path root, @Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The lock goes with the descriptor, and that is gone whatever close() says.
        } finally {
            Ownership.unclaim(root);
        }
    }

    @Override
    public void close() {
        release(root, channel);
    }
}
