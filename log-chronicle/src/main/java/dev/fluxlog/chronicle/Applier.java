package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StorageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The thread that turns committed groups into stream journals, and decides when a checkpoint is due.
 *
 * <p>Problem: opening a journal takes longer than committing a group. Idea: nobody waits for it. Groups queue here in
 * commit order, all that wait are taken at once into {@link Gathering}, and until then readers find their frames in
 * {@link RecentFrames}. Queue and gathered frames together are bounded in bytes: above the bound the committing thread
 * waits.
 *
 * <p>Old commit segments are to be freed before there are too many: what keeps one of them is written little by little,
 * at the pace at which groups come, so that none is kept waiting for long; then comes the checkpoint. Another one comes
 * when something was trimmed or deleted and then nothing is committed for a while: only a checkpoint gives that space
 * back.
 *
 * <p>On a full disk it waits for room; any other failure latches the log: what is committed stays readable from memory,
 * and the next open copies it again.
 */
final class Applier {
    /** Bounds one pass, so that memory is given back steadily while a long queue is worked off and somebody waits. */
    private static final long PASS_BYTES_MAX = 1 << 20;

    /** Runs written at once when nothing else is to be done, because they keep an old commit segment. */
    private static final int HELD_BACK_WHEN_IDLE = 64;

    /**
     * After a group the thread looks by itself after 1, 2, 4 ... ms, so many times, before it has to be woken: waking it
     * for each group would cost the committing thread more than what it writes.
     */
    private static final int GLANCES_MAX = 5;

    /** When fewer streams have frames gathered, closing writes them, so that each event is kept twice. */
    private static final int WRITTEN_AT_CLOSE_MAX = 64;

    /** How often a full disk is asked whether it has room again; nobody else would tell. */
    private static final long SPACE_LOOK_MILLIS = 100;

    private final ChronicleOptions options;
    private final RecentFrames recent;
    private final Gathering gathering;
    private final JournalWriter writer;
    private final Checkpointer checkpointer;
    private final Retention retention;
    private final Latch latch;
    private final Medium medium;
    private final Catalog catalog;
    private final long segmentsMax;
    private final Thread thread;

    // Guarded by this.
    private final ArrayDeque<CommittedGroup> waiting = new ArrayDeque<>();
    private JournalPlace handed;
    private long waitingBytes;
    private boolean glancing;
    private boolean stopping;
    private boolean checkpointDone;
    private boolean lacksSpace;

    // Owned by the applier's thread, and by the closing thread once that has ended.
    private Manifest manifest;
    private JournalPlace taken;
    private boolean checkpointRunning;
    private final IdleFreeing freeing = new IdleFreeing(System.nanoTime());

    Applier(
            ChronicleOptions options,
            RecentFrames recent,
            Gathering gathering,
            JournalWriter writer,
            Checkpointer checkpointer,
            Retention retention,
            Latch latch,
            Medium medium,
            Recovered recovered) {
        this.options = options;
        this.recent = recent;
        this.gathering = gathering;
        this.writer = writer;
        this.checkpointer = checkpointer;
        this.retention = retention;
        this.latch = latch;
        this.medium = medium;
        writer.waitFor(this::awaitSpace);
        this.catalog = recovered.catalog();
        this.manifest = recovered.manifest();
        this.taken = recovered.manifest().place();
        this.handed = taken;
        this.segmentsMax = Math.max(1, options.commitBytesHeldMax() / options.commitSegmentBytes());
        this.thread = Threads.start("fluxlog-applier", this::run);
    }

    /**
     * Waits until so many bytes more may wait here; throws what latched the log, if anything has.
     *
     * @throws StorageException {@code FULL} instead of waiting for a disk to have room again
     */
    void awaitRoom(long bytes) {
        synchronized (this) {
            while (waitingBytes > 0
                    && waitingBytes + gathering.bytes() + bytes > options.unappliedBytesMax()
                    && !latch.isSet()) {
                if (lacksSpace) {
                    throw new StorageException(
                            StorageException.Kind.FULL,
                            "there is no room for " + waitingBytes + " bytes that are stored already");
                }
                // The applier may be between two glances.
                notifyAll();
                Threads.await(this, 0);
            }
        }
        latch.check();
    }

    /**
     * Waits as long as the disk is full. What has to be written stays where it is safe and can be read, in the commit
     * journal, which takes no more meanwhile.
     *
     * @throws StorageException {@code FULL} when the log is to be closed
     */
    private void awaitSpace(long bytes) {
        while (true) {
            try {
                medium.requireFree(bytes);
                noteSpace(false);
                return;
            } catch (StorageException e) {
                if (e.kind() != StorageException.Kind.FULL || latch.isSet() || !noteSpace(true)) {
                    throw e;
                }
            }
        }
    }

    /** Returns false when nothing is to be waited for. */
    private synchronized boolean noteSpace(boolean lacks) {
        if (lacksSpace != lacks) {
            lacksSpace = lacks;
            notifyAll();
        }
        if (lacks && !stopping) {
            Threads.await(this, SPACE_LOOK_MILLIS);
        }
        return !stopping;
    }

    /** Takes over a group that is committed and readable from memory. */
    synchronized void hand(CommitGroup group, JournalPlace place) {
        waiting.addLast(CommittedGroup.after(handed, group, place));
        handed = place;
        waitingBytes += RecentFrames.sizeOf(group);
        if (!glancing) {
            notifyAll();
        }
    }

    /** What still has to be written to stream journals. */
    synchronized long owedBytes() {
        return waitingBytes + gathering.owedBytes();
    }

    synchronized long waitingBytes() {
        return waitingBytes;
    }

    private synchronized void checkpointDone() {
        checkpointDone = true;
        notifyAll();
    }

    private void run() {
        try {
            while (true) {
                List<CommittedGroup> pass = next();
                if (!pass.isEmpty()) {
                    take(pass);
                }
                afterCheckpoint();
                if (pass.isEmpty() && isStopping()) {
                    return;
                }
                gathering.writeHeldBack(oldestToKeep(), heldBackNow(pass));
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

    /** Number of the oldest commit segment that gathered frames may need without being written. */
    private long oldestToKeep() {
        return taken.segment() - segmentsMax / 2;
    }

    /**
     * How many runs to write behind this pass: so many that each is written once while as much is committed as may be held.
     * The pace is even, however many became too old at once, because somebody may be waiting for the next pass.
     */
    private int heldBackNow(List<CommittedGroup> pass) {
        if (pass.isEmpty()) {
            return HELD_BACK_WHEN_IDLE;
        }
        long bytes = 0;
        for (CommittedGroup committed : pass) {
            bytes += committed.journalBytes();
        }
        double share = (double) bytes / (segmentsMax * options.commitSegmentBytes());
        boolean late = gathering.holdsBack(taken.segment() - segmentsMax - segmentsMax / 4);
        return 1 + (int) Math.min(Integer.MAX_VALUE - 1, (late ? 2 : 1) * share * gathering.streams());
    }

    private List<CommittedGroup> next() {
        boolean idle = !gathering.holdsBack(oldestToKeep());
        synchronized (this) {
            for (int glances = 0; idle && waiting.isEmpty() && !stopping && !checkpointDone; glances++) {
                boolean frees = retention.hasNoted() && !checkpointRunning && !latch.isSet();
                long millis = frees ? freeing.millisUntilDue(System.nanoTime()) : Long.MAX_VALUE;
                if (millis == 0) {
                    break;
                }
                glancing = glances < GLANCES_MAX;
                if (glancing) {
                    millis = Math.min(millis, 1L << glances);
                }
                Threads.await(this, millis == Long.MAX_VALUE ? 0 : millis);
            }
            // Awake until it looks again.
            glancing = true;
            List<CommittedGroup> pass = new ArrayList<>();
            long bytes = 0;
            for (CommittedGroup committed : waiting) {
                bytes += committed.bytes();
                pass.add(committed);
                if (bytes >= PASS_BYTES_MAX) {
                    break;
                }
            }
            return pass;
        }
    }

    private void take(List<CommittedGroup> pass) {
        latch.check();
        freeing.disturbed(System.nanoTime());
        gathering.take(pass);
        for (CommittedGroup committed : pass) {
            catalog.apply(committed.group());
            noteShrinking(committed.group());
        }
        taken = pass.get(pass.size() - 1).behind();
        recent.taken(pass.size());
        synchronized (this) {
            for (CommittedGroup committed : pass) {
                waiting.removeFirst();
                waitingBytes -= committed.bytes();
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
        long segmentsHeld = taken.segment() - manifest.unapplied().from().segment();
        boolean isUrgent = segmentsHeld >= 2 * segmentsMax;
        boolean isDue = segmentsHeld >= segmentsMax && !gathering.holdsBack(worthFreeing());
        if (!isUrgent && (checkpointRunning || !(isDue || freesWhenIdle()))) {
            return;
        }
        if (!medium.hasFree(StreamJournal.OPENING_BYTES)) {
            // A manifest that cannot be written would latch the log; a later pass finds room, or the space that comes
            // back.
            freeing.disturbed(System.nanoTime());
            return;
        }
        if (checkpointRunning) {
            checkpointer.awaitIdle();
            latch.check();
            afterCheckpoint();
        }
        if (!checkpointRunning) {
            if (isUrgent) {
                gathering.writeHeldBack(worthFreeing(), Integer.MAX_VALUE);
            }
            checkpointRunning = true;
            manifest = manifestNow();
            retention.freeze();
            freeing.begun(System.nanoTime());
            checkpointer.begin(new Checkpoint(manifest, writer.takeDirty()), this::checkpointDone);
        }
    }

    /** Number of the segment before which a checkpoint has to free the others to be worth its while. */
    private long worthFreeing() {
        return manifest.unapplied().from().segment() + Math.max(1, segmentsMax / 4);
    }

    private boolean freesWhenIdle() {
        return retention.hasNoted() && !latch.isSet() && freeing.millisUntilDue(System.nanoTime()) == 0;
    }

    private Manifest manifestNow() {
        return manifest.at(taken, gathering.unapplied(taken), catalog.streams());
    }

    private void afterCheckpoint() {
        synchronized (this) {
            if (!checkpointDone) {
                return;
            }
            checkpointDone = false;
        }
        checkpointRunning = false;
        gathering.freed(manifest.unapplied().from().segment());
        retention.shrink(catalog, writer, gathering);
    }

    /**
     * Takes all that waits, makes a last checkpoint and marks the log as closed in order; not when it has latched.
     *
     * <p>A journal that has to be created takes longer to force than hundreds of events do to be read again, so what is
     * gathered for many streams stays in the commit journal for the next open.
     */
    void close() {
        stop();
        if (!latch.isSet()) {
            checkpointer.awaitIdle();
            if (gathering.streams() <= WRITTEN_AT_CLOSE_MAX && medium.hasFree(StreamJournal.OPENING_BYTES)) {
                gathering.writeHeldBack(Long.MAX_VALUE, WRITTEN_AT_CLOSE_MAX);
            }
            manifest = manifestNow().asClean();
            checkpointer.run(new Checkpoint(manifest, writer.takeDirty()));
            retention.freeze();
            retention.shrink(catalog, writer, gathering);
        }
        checkpointer.close();
    }

    /** Ends the threads without a last checkpoint; what waits is taken all the same. */
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
