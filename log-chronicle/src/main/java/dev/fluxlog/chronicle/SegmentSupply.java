package dev.fluxlog.chronicle;

import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the next segment of the commit journal ready: full length, filled with zeros, forced.
 *
 * <p>Problem: a file that grows while it is written turns a full disk into a failure half way, and each force of it
 * into a change of metadata. Idea: a thread of its own prepares the file before it is needed, so a full disk shows here,
 * where nothing is lost by it. The zeros go out in small pieces because the kernel keeps them as it got them: after
 * large ones, each force of a small group writes hundreds of kilobytes to the device.
 *
 * <p>States: {@code IDLE -> WANTED -> READY -> IDLE}, and {@code WANTED -> FAILED -> WANTED}.
 */
final class SegmentSupply implements AutoCloseable {
    private static final int PIECE_BYTES = 16 << 10;

    private enum State {
        IDLE,
        WANTED,
        READY,
        FAILED
    }

    private final Medium medium;
    private final long segmentBytes;
    private final long freeBytesMin;
    private final Thread thread;

    // All guarded by this.
    private State state = State.IDLE;
    private @Nullable IOException failure;
    private boolean closed;

    SegmentSupply(Medium medium, long segmentBytes, long freeBytesMin) {
        this.medium = medium;
        this.segmentBytes = segmentBytes;
        this.freeBytesMin = freeBytesMin;
        this.thread = Threads.start("fluxlog-segments", this::run);
    }

    /** Asks for a segment to be ready soon; does not wait. */
    synchronized void prepare() {
        if (state == State.IDLE || state == State.FAILED) {
            state = State.WANTED;
            notifyAll();
        }
    }

    /**
     * A file of zeros with at least this length, which now belongs to the caller; waits until it is ready.
     *
     * @throws StorageException {@code FULL} when it could not be made; nothing changed
     */
    Path take(long bytes) {
        if (bytes > segmentBytes) {
            try {
                return make("large", bytes);
            } catch (IOException e) {
                throw full(e);
            }
        }
        synchronized (this) {
            prepare();
            while (state == State.WANTED && !closed) {
                Threads.await(this, 0);
            }
            if (state != State.READY) {
                throw full(failure == null ? new IOException("the log is closed") : failure);
            }
            state = State.IDLE;
            return ready();
        }
    }

    private static StorageException full(IOException cause) {
        return new StorageException(
                StorageException.Kind.FULL,
                "no room for the next segment of the commit journal: " + cause.getMessage(),
                cause);
    }

    private Path ready() {
        return medium.commitDirectory().resolve("next");
    }

    private void run() {
        while (awaitWanted()) {
            IOException outcome = null;
            try {
                if (!isReady()) {
                    make("next", segmentBytes);
                }
            } catch (IOException e) {
                outcome = e;
            }
            synchronized (this) {
                state = outcome == null ? State.READY : State.FAILED;
                failure = outcome;
                notifyAll();
            }
        }
    }

    private synchronized boolean awaitWanted() {
        while (state != State.WANTED && !closed) {
            Threads.await(this, 0);
        }
        return !closed;
    }

    /** A segment that was prepared before the last stop and not used is as good as a new one. */
    private boolean isReady() throws IOException {
        return medium.disk().exists(ready()) && medium.disk().identity(ready()).bytes() == segmentBytes;
    }

    private Path make(String name, long bytes) throws IOException {
        Disk disk = medium.disk();
        Path directory = medium.commitDirectory();
        Path temporary = directory.resolve(name + ".tmp");
        disk.delete(temporary);
        long usable = disk.usableBytes(directory);
        if (usable < bytes + freeBytesMin) {
            throw new IOException(usable + " bytes are free, a segment takes " + bytes + " and " + freeBytesMin
                    + " are to stay free");
        }
        try (Disk.Handle handle = disk.create(temporary)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE_BYTES);
            for (long at = 0; at < bytes; at += PIECE_BYTES) {
                zeros.clear().limit((int) Math.min(PIECE_BYTES, bytes - at));
                handle.write(zeros, at);
            }
            handle.force(true);
        } catch (IOException | RuntimeException e) {
            disk.delete(temporary);
            throw e;
        }
        Path file = directory.resolve(name);
        disk.rename(temporary, file);
        return file;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        Threads.join(thread);
    }
}
