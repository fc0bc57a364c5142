package dev.fluxlog;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.ReadRequest.Direction;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Blocking reads of frames, and the gate that lets the medium be closed when none is running.
 *
 * <p>Checks once more what a backend promises (stream, sequence, density): a frame that is not exactly the one asked for
 * is damage, never data. Callers ask only for what is committed. What a fork shares is read from the journal that keeps
 * it. Safe for any number of threads.
 */
final class JournalReader {
    private final Backend backend;
    private final LongFunction<String> names;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private volatile boolean closed;

    JournalReader(Backend backend, LongFunction<String> names) {
        this.backend = backend;
        this.names = names;
    }

    /**
     * At least one frame, beginning at {@code sequence}; rising.
     *
     * @throws LogException {@code Corrupt} at the first frame that cannot be read whole, {@code Failed}, {@code Closed}
     */
    List<Frame> frames(StreamEntry entry, long sequence, long through, int framesMax, int bytesMax) {
        StreamEntry holder = entry;
        long last = through;
        for (Shared shared = below(holder, sequence); shared != null; shared = below(holder, sequence)) {
            holder = shared.source();
            last = Math.min(last, shared.through());
        }
        return read(new ReadRequest(holder.number, sequence, last, Direction.FORWARD, framesMax, bytesMax));
    }

    /** {@link #frames} behind what is known to be lost; empty when nothing of the range is left. */
    List<Frame> survivors(StreamEntry entry, long sequence, long through, int framesMax, int bytesMax) {
        long next = sequence;
        while (next <= through) {
            try {
                return frames(entry, next, through, framesMax, bytesMax);
            } catch (LogException.Corrupt unreadable) {
                if (unreadable.lostThrough() < next) {
                    throw unreadable;
                }
                next = unreadable.lostThrough() + 1;
            }
        }
        return List.of();
    }

    /** {@link #frames} with falling sequences. */
    List<Frame> framesBackward(StreamEntry entry, long sequence, long through, int framesMax, int bytesMax) {
        StreamEntry holder = entry;
        for (Shared shared = below(holder, sequence); shared != null; shared = below(holder, sequence)) {
            holder = shared.source();
        }
        Shared above = holder.marks().shared();
        long last = above == null ? through : Math.max(through, above.through() + 1);
        return read(new ReadRequest(holder.number, sequence, last, Direction.BACKWARD, framesMax, bytesMax));
    }

    /** At least one run of the order of commit, beginning at {@code position}. */
    List<Run> runs(long position, long through, int runsMax) {
        return passing(() -> checked(position, through, backend.runs(position, through, runsMax)));
    }

    /** What the stream shares, if that has the event: its journal is that of the source then. */
    private static @Nullable Shared below(StreamEntry entry, long sequence) {
        Shared shared = entry.marks().shared();
        return shared != null && sequence <= shared.through() ? shared : null;
    }

    private List<Frame> read(ReadRequest request) {
        return passing(() -> {
            try {
                return checked(request, backend.read(request));
            } catch (StorageException e) {
                boolean placed = e.stream() != 0 || e.kind() != StorageException.Kind.CORRUPT;
                throw placed ? e : e.at(request.stream(), request.sequence());
            }
        });
    }

    private <T> T passing(Supplier<T> read) {
        // A subscriber's code may have left the thread interrupted, and a read would close the file for everybody.
        Thread.interrupted();
        Lock passing = gate.readLock();
        passing.lock();
        try {
            if (closed) {
                throw new LogException.Closed();
            }
            return read.get();
        } catch (RuntimeException | Error e) {
            throw Failures.translate("read", e, names);
        } finally {
            passing.unlock();
        }
    }

    private static List<Frame> checked(ReadRequest request, List<Frame> frames) {
        if (frames.isEmpty()) {
            throw lost(request, request.sequence(), "nothing was read");
        }
        long expected = request.sequence();
        for (Frame frame : frames) {
            if (frame.stream() != request.stream() || frame.sequence() != expected) {
                throw lost(request, expected, "found " + frame);
            }
            expected += request.isForward() ? 1 : -1;
        }
        return frames;
    }

    private static List<Run> checked(long position, long through, List<Run> runs) {
        long expected = position;
        for (Run run : runs) {
            if (run.position() != expected || run.end() - 1 > through) {
                throw new StorageException(
                        StorageException.Kind.CORRUPT, "found " + run + " where position " + expected + " belongs");
            }
            expected = run.end();
        }
        if (runs.isEmpty()) {
            throw new StorageException(StorageException.Kind.CORRUPT, "nothing was read at position " + position);
        }
        return runs;
    }

    private static StorageException lost(ReadRequest request, long sequence, String what) {
        return new StorageException(StorageException.Kind.CORRUPT, what + " where sequence " + sequence + " belongs")
                .at(request.stream(), sequence);
    }

    /** Ends reading: returns when no read is running, and none will. */
    void close() {
        closed = true;
        Lock alone = gate.writeLock();
        alone.lock();
        alone.unlock();
    }

    boolean isClosed() {
        return closed;
    }
}
