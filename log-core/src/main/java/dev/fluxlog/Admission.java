package dev.fluxlog;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what waits for an answer, by count and by bytes, and closes the door.
 *
 * <p>{@link #enter} counts itself in before it looks at the door: an append either is counted, and the writer waits for
 * it, or it sees the door closed. A place is free again when its append is about to be answered.
 */
final class Admission {
    private final LogOptions options;

    /** Let in and not answered yet. */
    private final AtomicLong waiting = new AtomicLong();

    private final AtomicLong waitingBytes = new AtomicLong();

    /** Let in, or looking at the door, and not finished by the writer. */
    private final AtomicLong undecided = new AtomicLong();

    private volatile boolean closed;

    Admission(LogOptions options) {
        this.options = options;
    }

    /** @throws LogException {@code Closed} or {@code Overloaded}; nothing is held then */
    void enter(long bytes) {
        undecided.incrementAndGet();
        long count = waiting.incrementAndGet();
        long total = waitingBytes.addAndGet(bytes);
        LogException refusal = refusal(count, total, bytes);
        if (refusal != null) {
            release(bytes);
            undecided.decrementAndGet();
            throw refusal;
        }
    }

    private @Nullable LogException refusal(long count, long total, long bytes) {
        if (closed) {
            return new LogException.Closed();
        }
        if (count > options.waitingAppendsMax()) {
            return new LogException.Overloaded("waitingAppendsMax", options.waitingAppendsMax());
        }
        // The first one is let in whatever its size: a bound below the largest batch would refuse it for ever.
        if (total > options.waitingBytesMax() && total > bytes) {
            return new LogException.Overloaded("waitingBytesMax", options.waitingBytesMax());
        }
        return null;
    }

    /** An answer is about to be given: its place is free. */
    void release(long bytes) {
        waitingBytes.addAndGet(-bytes);
        waiting.decrementAndGet();
    }

    /** The writer has finished with that many. Writer thread. */
    void decided(int commands) {
        undecided.addAndGet(-commands);
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether the door is closed and nobody is left inside. */
    boolean isDrained() {
        return closed && undecided.get() == 0;
    }

    long waiting() {
        return waiting.get();
    }

    long waitingBytes() {
        return waitingBytes.get();
    }
}
