package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durable medium below the engine.
 *
 * <p>A commit is one write and one force of the commit journal; then its frames are readable from memory, and the
 * applier gathers them and copies them into the stream journals behind the caller's back. Reads are for {@link
 * StoredReads}.
 *
 * <p>The first failure of a write, of whatever part, latches: nothing is written any more, reads go on, and the next
 * open recovers. Being full is no failure.
 */
final class ChronicleBackend implements Backend {
    private final Path directory;
    private final ChronicleOptions options;
    private final Disk disk;
    private final CrashPoints crashPoints;
    private final Latch latch = new Latch(this::fenced);

    private volatile @Nullable Parts parts;
    private volatile @Nullable Ownership ownership;
    private boolean takesOver;

    /** What exists while the log is open. */
    private record Parts(
            Ownership ownership,
            CommitJournal journal,
            RecentFrames recent,
            Gathering gathering,
            CommitFrames commitFrames,
            JournalCache journals,
            StoredReads reads,
            Applier applier,
            GroupCheck check,
            MendedNotes mended,
            @Nullable Scrub scrub) {}

    ChronicleBackend(Path directory, ChronicleOptions options) {
        this(directory, options, new LocalDisk(), CrashPoints.NONE);
    }

    ChronicleBackend(Path directory, ChronicleOptions options, Disk disk, CrashPoints crashPoints) {
        this.directory = directory;
        this.options = options;
        this.disk = disk;
        this.crashPoints = crashPoints;
    }

    /** Before it is opened: takes the directory from whoever has it open in another process. */
    ChronicleBackend takingOver() {
        takesOver = true;
        return this;
    }

    @Override
    public Level durability() {
        return options.durability();
    }

    @Override
    public Recovery recover() {
        if (parts != null) {
            throw new IllegalStateException("the log is open already");
        }
        StartCheck.run();
        JournalQueue.prepare();
        Medium directoryOnly = new Medium(Ownership.prepare(directory), disk, crashPoints);
        Owner self = Owner.thisProcess(options.clock(), 0, "");
        Ownership owned = takesOver ? Ownership.takeOver(directoryOnly, self) : Ownership.acquire(directoryOnly, self);
        ownership = owned;
        Medium medium;
        try {
            medium = takesOver ? Takeover.run(directoryOnly) : Takeover.finish(directoryOnly);
        } catch (Throwable e) {
            owned.close();
            throw e;
        }
        JournalCache journals = new JournalCache(
                options.openJournalsMax(),
                (stream, excerptBytes) ->
                        StreamJournal.open(medium, stream, options.streamSegmentBytes(), excerptBytes));
        CommitFrames commitFrames = new CommitFrames(medium);
        try {
            return recover(medium, owned, journals, commitFrames);
        } catch (StorageException e) {
            StorageException told = orFenced(e);
            commitFrames.close();
            journals.close();
            owned.close();
            throw told;
        } catch (Throwable e) {
            commitFrames.close();
            journals.close();
            owned.close();
            throw e;
        }
    }

    /** That the log belongs to somebody else now, or null. */
    private @Nullable StorageException fenced() {
        Ownership owned = ownership;
        return owned == null ? null : owned.fenced();
    }

    /** Files that are not where they were say nothing about the log when it belongs to somebody else now. */
    private StorageException orFenced(StorageException failure) {
        StorageException fenced = fenced();
        return fenced == null ? failure : fenced;
    }

    private Recovery recover(Medium medium, Ownership owned, JournalCache journals, CommitFrames commitFrames) {
        JournalWriter writer = new JournalWriter(medium, journals);
        Retention retention = new Retention(medium, journals);
        // The rest of the bound is for groups that wait for the applier.
        Gathering gathering =
                new Gathering(writer, commitFrames, options.gatheredRunBytesMax(), options.unappliedBytesMax() / 4 * 3);
        RecoveryRun run = new RecoveryRun(medium, writer, gathering, options.clock());
        Manifest stored = run.begin();
        owned.announce(stored.epoch() + 1, "");
        Recovered recovered = run.run(stored);
        CommitJournal journal = openJournal(medium, recovered);
        Checkpointer checkpointer = new Checkpointer(medium, journal, latch);
        try {
            if (!recovered.goOn()) {
                checkpointer.run(new Checkpoint(recovered.manifest(), writer.takeDirty()));
            }
            retention.finish(recovered.catalog());
        } catch (Throwable e) {
            checkpointer.close();
            journal.close();
            throw e;
        }
        // Copied before the applier's thread owns the catalog.
        Recovery recovery = new Recovery(
                recovered.catalog().position(), List.copyOf(recovered.catalog().streams()), recovered.repairs());
        RecentFrames recent = new RecentFrames(options.tailCacheBytesMax());
        GroupCheck check = new GroupCheck(recovery.streams());
        Applier applier =
                new Applier(options, recent, gathering, writer, checkpointer, retention, latch, medium, recovered);
        @Nullable
        Scrub scrub = options.scrubBytesPerSecond() == 0 ? null : new Scrub(medium, options.scrubBytesPerSecond());
        MendedNotes mended = writer.mended();
        StoredReads reads = new StoredReads(medium, recent, gathering, journals);
        parts = new Parts(
                owned, journal, recent, gathering, commitFrames, journals, reads, applier, check, mended, scrub);
        return recovery;
    }

    private CommitJournal openJournal(Medium medium, Recovered recovered) {
        try {
            Manifest manifest = recovered.manifest();
            return new SegmentedCommitJournal(medium, options, manifest, manifest.place(), recovered.goOn());
        } catch (IOException e) {
            throw medium.failed("opening", medium.commitDirectory(), e);
        }
    }

    private Parts open() {
        Parts open = parts;
        if (open == null) {
            throw new IllegalStateException("the log is not open");
        }
        return open;
    }

    @Override
    public void commit(CommitGroup group) {
        Parts open = open();
        latch.check();
        open.check().require(group, open.journal().end().position());
        open.applier().awaitRoom(RecentFrames.sizeOf(group));
        JournalPlace place;
        try {
            place = open.journal().append(group, open.applier().owedBytes());
        } catch (StorageException e) {
            throw e.kind() == StorageException.Kind.FULL && fenced() == null ? e : latch.set("committing", e);
        } catch (Throwable e) {
            throw latch.set("committing", e);
        }
        open.check().committed();
        open.recent().add(group);
        open.applier().hand(group, place);
    }

    @Override
    public List<Frame> read(ReadRequest request) {
        try {
            return open().reads().read(request);
        } catch (StorageException e) {
            throw orFenced(e);
        }
    }

    @Override
    public List<Run> runs(long position, long through, int runsMax) {
        try {
            return open().reads().runs(position, through, runsMax);
        } catch (StorageException e) {
            throw orFenced(e);
        }
    }

    @Override
    public List<String> findings() {
        Parts open = parts;
        if (open == null) {
            return List.of();
        }
        List<String> findings = new ArrayList<>(open.mended().told());
        Scrub scrub = open.scrub();
        if (scrub != null) {
            findings.addAll(scrub.findings());
        }
        return findings;
    }

    /** What re-reads stored data; there is one. */
    Scrub scrub() {
        return java.util.Objects.requireNonNull(open().scrub());
    }

    /** Stream journals that are open now. */
    int openJournals() {
        return open().journals().openCount();
    }

    /** Whether something failed after which nothing is written any more. */
    boolean isLatched() {
        return latch.isSet();
    }

    /** Bytes of committed groups that the applier has not taken yet. */
    long waitingBytes() {
        return open().applier().waitingBytes();
    }

    /** Memory taken by frames that wait to be written to their journals. */
    long gatheredBytes() {
        return open().gathering().bytes();
    }

    /** Space that committed frames still need in their journals, without those that the applier has not taken yet. */
    long owedBytes() {
        return open().gathering().owedBytes();
    }

    /** Answers that came from a stream journal and not from memory. */
    long journalReads() {
        return open().reads().fromJournals();
    }

    @Override
    public void close() {
        Parts open = parts;
        parts = null;
        if (open == null) {
            return;
        }
        try {
            open.applier().close();
        } catch (StorageException e) {
            throw orFenced(e);
        } finally {
            // Whatever fails on the way, the directory is given up.
            try {
                closeFiles(open);
            } finally {
                open.ownership().close();
            }
        }
    }

    /** Gives everything up without bringing anything in order, as the death of the process would. */
    void abandon() {
        Parts open = parts;
        parts = null;
        if (open != null) {
            try {
                open.applier().abandon();
                closeFiles(open);
            } finally {
                open.ownership().abandon();
            }
        }
    }

    private static void closeFiles(Parts open) {
        try {
            Scrub scrub = open.scrub();
            if (scrub != null) {
                scrub.close();
            }
            open.journals().close();
        } finally {
            try {
                open.journal().close();
            } finally {
                open.commitFrames().close();
            }
        }
    }
}
