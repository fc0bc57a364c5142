package dev.fluxlog.chronicle;

import dev.fluxlog.chronicle.CrashPoints.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes stream journals durable and lets go of the commit segments they are durable for.
 *
 * <p>Order is everything: files, their directories, what the journals lack, manifest, and only then the deletion of segments; a stop between any
 * two leaves the checkpoint before in force, with all it needs.
 *
 * <p>One at a time, on a thread of its own with short pauses, so that appends and commits keep the device; or at once, many
 * files side by side, when a log opens or closes.
 */
final class Checkpointer implements AutoCloseable {
    private static final int FILES_PER_PAUSE = 32;
    private static final long PAUSE_MILLIS = 2;

    private final Medium medium;
    private final CommitJournal journal;
    private final Latch latch;
    private final Thread thread;

    // All guarded by this.
    private @Nullable Order wanted;
    private boolean awaited;
    private boolean closed;

    Checkpointer(Medium medium, CommitJournal journal, Latch latch) {
        this.medium = medium;
        this.journal = journal;
        this.latch = latch;
        this.thread = Threads.start("fluxlog-checkpoint", this::work);
    }

    private record Order(Checkpoint checkpoint, Runnable whenDone) {}

    /**
     * Begins a checkpoint in the background; none may be under way.
     *
     * @param whenDone called on the checkpoint's thread if it succeeded
     */
    synchronized void begin(Checkpoint checkpoint, Runnable whenDone) {
        if (wanted != null) {
            throw new IllegalStateException("a checkpoint is under way");
        }
        wanted = new Order(checkpoint, whenDone);
        notifyAll();
    }

    /** Waits for the checkpoint under way, which makes no pauses from now on. */
    synchronized void awaitIdle() {
        awaited = true;
        notifyAll();
        while (wanted != null && !latch.isSet()) {
            Threads.await(this, 0);
        }
        awaited = false;
    }

    private void work() {
        while (true) {
            Order next;
            synchronized (this) {
                while (wanted == null && !closed) {
                    Threads.await(this, 0);
                }
                if (wanted == null) {
                    return;
                }
                next = wanted;
            }
            boolean done = false;
            try {
                run(next.checkpoint(), true);
                done = true;
            } catch (Throwable e) {
                latch.set("a checkpoint", e);
            }
            synchronized (this) {
                wanted = null;
                notifyAll();
            }
            // Only now: whoever hears it may begin the next one at once.
            if (done) {
                next.whenDone().run();
            }
        }
    }

    /** Makes a checkpoint on the calling thread. */
    void run(Checkpoint checkpoint) {
        awaitIdle();
        latch.check();
        run(checkpoint, false);
    }

    private void run(Checkpoint checkpoint, boolean paced) {
        force(checkpoint.dirty(), paced);
        if (!checkpoint.manifest().unapplied().isEmpty()) {
            journal.force(checkpoint.manifest().unapplied().from());
        }
        medium.crashPoints().before(Step.CHECKPOINT_MANIFEST);
        ManifestFile.replace(medium, checkpoint.manifest());
        journal.free(checkpoint.manifest().unapplied().from());
    }

    private void force(Set<Path> files, boolean paced) {
        Set<Path> directories = new LinkedHashSet<>();
        files.forEach(file -> addWithParents(file.getParent(), directories));
        forceAll(files, this::force, paced);
        forceAll(directories, this::forceDirectory, paced);
    }

    private void forceAll(Set<Path> paths, Consumer<Path> force, boolean paced) {
        List<Path> left = new ArrayList<>(paths);
        while (!left.isEmpty()) {
            int count = paced && !isAwaited() ? Math.min(FILES_PER_PAUSE, left.size()) : left.size();
            List<Path> next = left.subList(left.size() - count, left.size());
            ManyFiles.run(next, force);
            next.clear();
            if (paced) {
                pause();
            }
        }
    }

    private synchronized boolean isAwaited() {
        return awaited || closed;
    }

    private void force(Path file) {
        medium.crashPoints().before(Step.CHECKPOINT_FORCE);
        try (Disk.Handle handle = medium.disk().open(file)) {
            handle.force(true);
        } catch (IOException e) {
            throw medium.failed("forcing", file, e);
        }
    }

    private void forceDirectory(Path directory) {
        try {
            medium.disk().forceDirectory(directory);
        } catch (IOException e) {
            throw medium.failed("forcing", directory, e);
        }
    }

    /** A journal's directory, its shard and the directory of all streams may be new. */
    private void addWithParents(@Nullable Path directory, Set<Path> directories) {
        Path at = directory;
        while (at != null && at.startsWith(medium.root()) && directories.add(at)) {
            at = at.getParent();
        }
    }

    private synchronized void pause() {
        if (!isAwaited()) {
            Threads.await(this, PAUSE_MILLIS);
        }
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
