package dev.fluxlog.tck;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A backend that misbehaves on request: fails at a chosen call, holds commits, counts what it is asked for.
 *
 * <p>A failing commit does not reach the medium, like a write that the device refused. Calls are counted from 1. Safe
 * for any number of threads.
 */
public final class FaultyBackend implements Backend {
    private final Backend medium;
    private final Map<Long, StorageException> commitFaults = new HashMap<>();
    private final Map<Long, StorageException> readFaults = new HashMap<>();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong framesRead = new AtomicLong();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch arrived = new CountDownLatch(0);
    private volatile Damage damage = Damage.NONE;

    public FaultyBackend(Backend medium) {
        this.medium = medium;
    }

    private volatile @Nullable StorageException recoveryFault;
    private volatile @Nullable StorageException closeFault;
    private volatile boolean closed;

    private record Damage(long stream, long sequence) {
        private static final Damage NONE = new Damage(0, 0);
    }

    /** The n-th commit of this instance fails. */
    public synchronized FaultyBackend failCommit(long call, StorageException failure) {
        commitFaults.put(call, failure);
        return this;
    }

    /** The commit after those made so far fails. */
    public FaultyBackend failNextCommit(StorageException failure) {
        return failCommit(commits.get() + 1, failure);
    }

    /** The n-th read of this instance fails. */
    public synchronized FaultyBackend failRead(long call, StorageException failure) {
        readFaults.put(call, failure);
        return this;
    }

    /** The read after those made so far fails. */
    public FaultyBackend failNextRead(StorageException failure) {
        return failRead(reads.get() + 1, failure);
    }

    /** Recovery fails. */
    public FaultyBackend failRecovery(StorageException failure) {
        recoveryFault = failure;
        return this;
    }

    /** Closing fails, but the medium is closed. */
    public FaultyBackend failClose(StorageException failure) {
        closeFault = failure;
        return this;
    }

    /** Whether it was asked to close. */
    public boolean isClosed() {
        return closed;
    }

    /** From now on one frame cannot be read whole. */
    public void damage(long stream, long sequence) {
        damage = new Damage(stream, sequence);
    }

    /** From now on commits wait until {@link #release}. */
    public void hold() {
        arrived = new CountDownLatch(1);
        gate = new CountDownLatch(1);
    }

    /** Waits until a commit is held. */
    public void awaitHeld() throws InterruptedException {
        if (!arrived.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("no commit arrived at the medium");
        }
    }

    /** Lets held commits go on. */
    public void release() {
        gate.countDown();
    }

    /** Commits asked for so far. */
    public long commits() {
        return commits.get();
    }

    /** Frames handed out so far. */
    public long framesRead() {
        return framesRead.get();
    }

    @Override
    public Level durability() {
        return medium.durability();
    }

    @Override
    public Recovery recover() {
        raise(recoveryFault);
        return medium.recover();
    }

    @Override
    public void commit(CommitGroup group) {
        long call = commits.incrementAndGet();
        arrived.countDown();
        pass(gate);
        raise(commitFaults, call);
        medium.commit(group);
    }

    private static void pass(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new AssertionError("the writer was interrupted", e);
        }
    }

    private synchronized void raise(Map<Long, StorageException> faults, long call) {
        raise(faults.remove(call));
    }

    private static void raise(@Nullable StorageException fault) {
        if (fault != null) {
            throw fault;
        }
    }

    @Override
    public List<Frame> read(ReadRequest request) {
        raise(readFaults, reads.incrementAndGet());
        Damage now = damage;
        List<Frame> frames = medium.read(request);
        if (request.stream() == now.stream()) {
            frames = frames.stream()
                    .takeWhile(frame -> frame.sequence() != now.sequence())
                    .toList();
            if (frames.isEmpty() && !request.isEmpty()) {
                throw new StorageException(StorageException.Kind.CORRUPT, "checksum differs")
                        .at(request.stream(), request.sequence());
            }
        }
        framesRead.addAndGet(frames.size());
        return frames;
    }

    @Override
    public List<Run> runs(long position, long through, int runsMax) {
        return medium.runs(position, through, runsMax);
    }

    @Override
    public void close() {
        closed = true;
        release();
        medium.close();
        raise(closeFault);
    }
}
