package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The frames that are committed and not in the stream journals yet, and the decision when they are written there.
 *
 * <p>Problem: opening a journal takes longer than committing a group, so writing every frame to its journal at once
 * makes many streams slow. Idea: the commit journal is a durable home for as long as it is kept. So the frames of each
 * stream are gathered here and written as one run: when there are enough of them, and when they keep old commit segments
 * from being freed. What is enough by itself is written straight through. When memory is short it is not the journals that
 * are opened early: the bytes of some runs are dropped, and what is kept is where they stand in the commit journal,
 * from where they are read again. Only when even that takes too much memory the longest runs are written.
 *
 * <p>Invariants: of each stream this holds an unbroken run up to the newest frame taken; what is below stands in the
 * journal. A run leaves only after it was written, so a reader that looks here first and into the journal then misses
 * nothing. No commit segment that a run needs is freed before the run has left. {@code bytes} is bounded by {@code
 * bytesMax} between two calls.
 *
 * <p>Confined to one thread, recovery's first and the applier's afterwards, but for {@link #read}, {@link
 * #firstSequence}, {@link #bytes} and {@link #owedBytes}. The order of commit is not gathered: it is one journal for all
 * streams.
 */
final class Gathering {
    /** A run whose bytes were dropped is read again in any case, so it waits until a journal is worth more. */
    private static final int DROPPED_RUN_FACTOR = 4;

    /** A run that is taken while the log is opened is written at this, because whoever writes it holds it in memory. */
    private static final long STORED_RUN_BYTES_MAX = 8 << 20;

    private final JournalWriter writer;
    private final CommitFrames journal;
    private final long runBytesMax;
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong owedBytes = new AtomicLong();

    /** For readers. */
    private final Map<Long, GatheredRun> runs = new ConcurrentHashMap<>();

    /** The same runs in order of {@link GatheredRun#since}; for the owner's thread. */
    private final Map<Long, GatheredRun> byAge = new LinkedHashMap<>();

    /** Those that hold bytes, in the order in which they began to; for the owner's thread. */
    private final Map<Long, GatheredRun> holding = new LinkedHashMap<>();

    /**
     * @param journal reads the frames again whose bytes were dropped
     * @param runBytesMax at which a run is written
     * @param bytesMax memory that all runs may take
     */
    Gathering(JournalWriter writer, CommitFrames journal, long runBytesMax, long bytesMax) {
        this.writer = writer;
        this.journal = journal;
        this.runBytesMax = runBytesMax;
        this.bytesMax = bytesMax;
    }

    private static final class Fresh {
        final JournalPlace since;
        final List<Frame> frames = new ArrayList<>();
        final FramePlaces places = new FramePlaces();
        long bytes;

        Fresh(JournalPlace since) {
            this.since = since;
        }

        /** A view begins in the group's bytes where it begins behind the group's head. */
        void add(Frame frame, CommittedGroup committed) {
            frames.add(frame);
            places.add(committed.behind().segment(), committed.framesAt() + frame.offset());
            bytes += frame.length();
        }
    }

    /** Takes over groups in commit order. */
    void take(List<CommittedGroup> groups) {
        Map<Long, Fresh> byStream = new LinkedHashMap<>();
        List<Run> order = new ArrayList<>();
        for (CommittedGroup committed : groups) {
            order.addAll(committed.group().runs());
            for (Frame frame : committed.group().frames()) {
                if (!frame.isControl()) {
                    byStream.computeIfAbsent(frame.stream(), stream -> new Fresh(committed.before()))
                            .add(frame, committed);
                }
            }
        }
        byStream.forEach(this::take);
        writer.writeOrder(order);
        relieve();
    }

    /**
     * Takes over groups while the log is opened, when somebody waits for that and nobody reads yet: of each frame only
     * where it stands, so that no journal is opened unless even that takes too much memory, or one stream has very much.
     *
     * @param appliedThrough for the number of a stream, the last sequence that its journal is known to hold
     */
    void takeStored(List<CommittedGroup> groups, LongUnaryOperator appliedThrough) {
        List<Run> order = new ArrayList<>();
        long ordered = appliedThrough.applyAsLong(OrderExcerpt.STREAM);
        for (CommittedGroup committed : groups) {
            if (committed.group().lastPosition() > ordered) {
                for (Run run : committed.group().runs()) {
                    if (run.end() - 1 > ordered) {
                        order.add(run.from(Math.max(run.position(), ordered + 1)));
                    }
                }
            }
            for (Frame frame : committed.group().frames()) {
                if (!frame.isControl() && frame.sequence() > appliedThrough.applyAsLong(frame.stream())) {
                    takeStored(frame, committed);
                }
            }
        }
        writer.writeOrder(order);
        relieve();
    }

    private void takeStored(Frame frame, CommittedGroup committed) {
        GatheredRun run = runs.get(frame.stream());
        long before = 0;
        if (run == null) {
            run = new GatheredRun(frame.stream(), committed.before());
            byAge.put(frame.stream(), run);
            runs.put(frame.stream(), run);
        } else {
            before = run.cost();
        }
        run.addDropped(frame, committed.behind().segment(), committed.framesAt() + frame.offset());
        bytes.addAndGet(run.cost() - before);
        owedBytes.addAndGet(frame.length());
        if (run.length() >= STORED_RUN_BYTES_MAX) {
            write(run);
        }
    }

    private void take(long stream, Fresh fresh) {
        GatheredRun run = runs.get(stream);
        long enough = run != null && run.isDropped() ? DROPPED_RUN_FACTOR * runBytesMax : runBytesMax;
        if (fresh.bytes + (run == null ? 0 : run.length()) >= enough) {
            writeThrough(stream, run, fresh.frames);
            return;
        }
        boolean isNew = run == null;
        GatheredRun target = isNew ? new GatheredRun(stream, fresh.since) : java.util.Objects.requireNonNull(run);
        long before = isNew ? 0 : target.cost();
        target.add(fresh.frames, fresh.places);
        bytes.addAndGet(target.cost() - before);
        owedBytes.addAndGet(fresh.bytes);
        holding.putIfAbsent(stream, target);
        if (isNew) {
            byAge.put(stream, target);
            runs.put(stream, target);
        }
    }

    private void writeThrough(long stream, @Nullable GatheredRun run, List<Frame> fresh) {
        if (run == null) {
            writer.write(stream, fresh);
            return;
        }
        List<Frame> all = run.frames(journal);
        all.addAll(fresh);
        writer.write(stream, all);
        finish(run);
    }

    private void write(GatheredRun run) {
        writer.write(run.stream(), run.frames(journal));
        finish(run);
    }

    private void finish(GatheredRun run) {
        bytes.addAndGet(-run.cost());
        owedBytes.addAndGet(-run.length());
        byAge.remove(run.stream());
        holding.remove(run.stream());
        runs.remove(run.stream());
    }

    /**
     * Drops the bytes that have been held for longest, since the newer ones may become enough soon. Gives back an eighth
     * at once, so that this is not done again with every group.
     */
    private void relieve() {
        if (bytes() <= bytesMax) {
            return;
        }
        Iterator<GatheredRun> longestHeldFirst = holding.values().iterator();
        while (bytes() > bytesMax - bytesMax / 8 && longestHeldFirst.hasNext()) {
            GatheredRun run = longestHeldFirst.next();
            bytes.addAndGet(-run.droppable());
            run.drop();
            longestHeldFirst.remove();
        }
        if (bytes() > bytesMax - bytesMax / 16) {
            writeLongest();
        }
    }

    /** Few at once, because whoever commits may be waiting. */
    private void writeLongest() {
        List<GatheredRun> longestFirst = new ArrayList<>(byAge.values());
        longestFirst.sort(Comparator.comparingLong(GatheredRun::length).reversed());
        Iterator<GatheredRun> next = longestFirst.iterator();
        while (bytes() > bytesMax - bytesMax / 16 && next.hasNext()) {
            write(next.next());
        }
    }

    /** Whether a run needs a commit segment before this one. */
    boolean holdsBack(long segment) {
        GatheredRun oldest = oldest();
        return oldest != null && oldest.since().segment() < segment;
    }

    /** Writes runs that need a commit segment before this one, the oldest first and at most so many. */
    void writeHeldBack(long segment, int runsMax) {
        for (int i = 0; i < runsMax && holdsBack(segment); i++) {
            write(java.util.Objects.requireNonNull(oldest()));
        }
    }

    /** Writes what there is of this stream. */
    void write(long stream) {
        GatheredRun run = runs.get(stream);
        if (run != null) {
            write(run);
        }
    }

    /** Nobody needs these frames any more. */
    void forget(long stream) {
        GatheredRun run = runs.get(stream);
        if (run != null) {
            finish(run);
        }
    }

    /** What the journals lack when everything up to this place was taken. */
    Unapplied unapplied(JournalPlace place) {
        GatheredRun oldest = oldest();
        if (oldest == null) {
            return Unapplied.nothingAt(place);
        }
        Map<Long, Long> appliedThrough = new LinkedHashMap<>();
        byAge.forEach((stream, run) -> appliedThrough.put(stream, run.firstSequence() - 1));
        return new Unapplied(oldest.since(), appliedThrough);
    }

    private @Nullable GatheredRun oldest() {
        Iterator<GatheredRun> first = byAge.values().iterator();
        return first.hasNext() ? first.next() : null;
    }

    /** The commit segments before this one are gone; none is needed any more. */
    void freed(long before) {
        journal.freed(before);
    }

    /** Streams that have frames here. */
    int streams() {
        return byAge.size();
    }

    /** Memory taken; any thread may ask. */
    long bytes() {
        return bytes.get();
    }

    /** Bytes of frames that still have to be written to stream journals; any thread may ask. */
    long owedBytes() {
        return owedBytes.get();
    }

    /** Lowest sequence of the stream that is here, or {@link Long#MAX_VALUE}; any thread may ask. */
    long firstSequence(long stream) {
        GatheredRun run = runs.get(stream);
        return run == null ? Long.MAX_VALUE : run.firstSequence();
    }

    /** What is here of the requested range, from exactly its begin; any thread may ask. */
    List<Frame> read(ReadRequest request) {
        GatheredRun run = runs.get(request.stream());
        while (run != null) {
            try {
                return run.read(request, journal);
            } catch (StorageException e) {
                GatheredRun now = runs.get(request.stream());
                if (now == run) {
                    throw e;
                }
                // Meanwhile it was written to its journal, and its commit segment freed.
                run = now;
            }
        }
        return List.of();
    }
}
