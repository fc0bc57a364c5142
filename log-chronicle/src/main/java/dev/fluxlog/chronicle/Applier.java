package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The thread that turns committed groups into stream journals, and decides when a checkpoint is due.
 *
 * <p>Problem: opening a journal takes longer than committing a group. Idea: nobody waits for it. Groups queue here in
 * commit order, all that wait are gathered into one run per stream, and until then readers find their frames in {@link
 * RecentFrames}. The queue is bounded in bytes: above the bound the committing thread waits.
 *
 * <p>A failure latches the log: what is committed stays readable from memory, and the next open copies it again.
 */
final class Applier {
    /** Bounds one pass, so that memory is given back steadily while a long queue is worked off. */
    private static final long PASS_BYTES_MAX = 8 << 20;

    private final ChronicleOptions options;
    private final RecentFrames recent;
    private final JournalWriter writer;
    private final Checkpointer checkpointer;
    private final Retention retention;
    private final Latch latch;
    private final Catalog catalog;
    private final Thread thread;

    /** A group and the place behind it. */
    private record Committed(CommitGroup group, JournalPlace place) {}

    // Guarded by this.
    private final ArrayDeque<Committed> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean stopping;
    private boolean checkpointDone;

    // Owned by the applier's thread, and by the closing thread once that has ended.
    private Manifest manifest;
    private JournalPlace applied;
    private boolean checkpointRunning;

    Applier(
            ChronicleOptions options,
            RecentFrames recent,
            JournalWriter writer,
            Checkpointer checkpointer,
            Retention retention,
            Latch latch,
            Recovered recovered) {
        this.options = options;
        this.recent = recent;
        this.writer = writer;
        this.checkpointer = checkpointer;
        this.retention = retention;
        this.latch = latch;
        this.catalog = recovered.catalog();
        this.manifest = recovered.manifest();
        this.applied = recovered.manifest().place();
        this.thread = Threads.start("fluxlog-applier", this::run);
    }

    /** Waits until so many bytes more may wait here; throws what latched the log, if anything has. */
    void awaitRoom(long bytes) {
        synchronized (this) {
            while (waitingBytes > 0 && waitingBytes + bytes > options.unappliedBytesMax() && !latch.isSet()) {
                Threads.await(this, 0);
            }
        }
        latch.check();
    }

    /** Takes over a group that is committed and readable from memory. */
    synchronized void hand(CommitGroup group, JournalPlace place) {
        waiting.addLast(new Committed(group, place));
        waitingBytes += RecentFrames.sizeOf(group);
        notifyAll();
    }

    private synchronized void checkpointDone() {
        checkpointDone = true;
        notifyAll();
    }

    private void run() {
        try {
            while (true) {
                List<Committed> pass = next();
                if (!pass.isEmpty()) {
                    apply(pass);
                }
                afterCheckpoint();
                if (pass.isEmpty() && isStopping()) {
                    return;
                }
                beginCheckpointIfDue();
            }
        } catch (Throwable e) {
            latch.set("writing the stream journals", e);
            synchronized (this) {
                notifyAll();
            }
        }
    }

    private synchronized boolean isStopping() {
        return stopping && waiting.isEmpty();
    }

    private synchronized List<Committed> next() {
        while (waiting.isEmpty() && !stopping && !checkpointDone) {
            Threads.await(this, 0);
        }
        List<Committed> pass = new ArrayList<>();
        long bytes = 0;
        for (Committed committed : waiting) {
            bytes += RecentFrames.sizeOf(committed.group());
            pass.add(committed);
            if (bytes >= PASS_BYTES_MAX) {
                break;
            }
        }
        return pass;
    }

    private void apply(List<Committed> pass) {
        latch.check();
        List<CommitGroup> groups = pass.stream().map(Committed::group).toList();
        writer.write(groups);
        for (CommitGroup group : groups) {
            catalog.apply(group);
            noteShrinking(group);
        }
        applied = pass.get(pass.size() - 1).place();
        recent.applied(groups.size());
        synchronized (this) {
            for (CommitGroup group : groups) {
                waiting.removeFirst();
                waitingBytes -= RecentFrames.sizeOf(group);
            }
            notifyAll();
        }
    }

    private void noteShrinking(CommitGroup group) {
        for (Frame frame : group.frames()) {
            if (frame.isControl()
                    && (frame.type().equals(Catalog.TRIMMED) || frame.type().equals(Catalog.DELETED))) {
                catalog.lineage(frame.stream()).forEach(retention::note);
            }
        }
    }

    private void beginCheckpointIfDue() {
        long segmentsHeld = applied.segment() - manifest.place().segment();
        long segmentsMax = Math.max(1, options.commitBytesHeldMax() / options.commitSegmentBytes());
        if (segmentsHeld < segmentsMax) {
            return;
        }
        if (checkpointRunning) {
            if (segmentsHeld < 2 * segmentsMax) {
                return;
            }
            checkpointer.awaitIdle();
            latch.check();
            afterCheckpoint();
        }
        if (!checkpointRunning) {
            checkpointRunning = true;
            manifest = manifest.at(applied, catalog.streams());
            retention.freeze();
            checkpointer.begin(new Checkpoint(manifest, writer.takeDirty()), this::checkpointDone);
        }
    }

    private void afterCheckpoint() {
        synchronized (this) {
            if (!checkpointDone) {
                return;
            }
            checkpointDone = false;
        }
        checkpointRunning = false;
        retention.shrink(catalog, writer);
    }

    /** Applies all that waits, makes a last checkpoint and marks the log as closed in order; not when it has latched. */
    void close() {
        stop();
        if (!latch.isSet()) {
            checkpointer.awaitIdle();
            manifest = manifest.at(applied, catalog.streams()).asClean();
            checkpointer.run(new Checkpoint(manifest, writer.takeDirty()));
            retention.freeze();
            retention.shrink(catalog, writer);
        }
        checkpointer.close();
    }

    /** Ends the threads without a last checkpoint; what waits is applied all the same. */
    void abandon() {
        stop();
        checkpointer.close();
    }

    private void stop() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        Threads.join(thread);
    }
}
