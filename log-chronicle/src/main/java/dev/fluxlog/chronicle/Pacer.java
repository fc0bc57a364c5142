package dev.fluxlog.chronicle;

import java.util.function.LongSupplier;

/**
 * Keeps reading in the background to a rate, by pauses that follow what was read.
 *
 * <p>Used by one thread; {@link #close} by any.
 */
final class Pacer {
    /** What opening a file counts for, so that many small ones are not read in a rush. */
    static final int FILE_BYTES = 64 << 10;

    private static final long NANOS = 1_000_000_000;
    private static final long MILLIS = 1_000_000;

    private final long bytesPerSecond;
    private final LongSupplier nanoTime;

    // Guarded by this.
    private long freeAtNanos;
    private boolean closed;

    /** The owner wants no more reading. */
    static final class Closed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Closed() {
            super("closed", null, false, false);
        }
    }

    Pacer(long bytesPerSecond, LongSupplier nanoTime) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        this.freeAtNanos = nanoTime.getAsLong();
    }

    /** Waits until so many bytes may be read. */
    synchronized void take(long bytes) {
        pause(Math.max(0, freeAtNanos - nanoTime.getAsLong()) / MILLIS);
        freeAtNanos = Math.max(freeAtNanos, nanoTime.getAsLong()) + bytes * NANOS / bytesPerSecond;
    }

    /** Waits so long, or until it is closed. */
    synchronized void pause(long millis) {
        long end = nanoTime.getAsLong() + millis * MILLIS;
        while (!closed) {
            long left = (end - nanoTime.getAsLong() + MILLIS - 1) / MILLIS;
            if (left <= 0) {
                return;
            }
            Threads.await(this, left);
        }
        throw new Closed();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
