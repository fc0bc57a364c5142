package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Run;
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
 * stream are gathered here and written as one run: when there are enough of them, when memory is short (the longest
 * first, which gives back the most for each journal that is opened), and when they keep old commit segments from being
 * freed. What is enough by itself is written straight through.
 *
 * <p>Invariants: of each stream this holds an unbroken run up to the newest frame taken; what is below stands in the
 * journal. A run leaves only after it was written, so a reader that looks here first and into the journal then misses
 * nothing. {@code bytes} is bounded by {@code bytesMax} between two calls.
 *
 * <p>Confined to one thread, recovery's first and the applier's afterwards, but for {@link #read}, {@link
 * #firstSequence} and {@link #bytes}. The order of commit is not gathered: it is one journal for all streams.
 */
final class Gathering {
    private final JournalWriter writer;
    private final long runBytesMax;
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    /** For readers. */
    private final Map<Long, GatheredRun> runs = new ConcurrentHashMap<>();

    /** The same runs in order of {@link GatheredRun#since}; for the owner's thread. */
    private final Map<Long, GatheredRun> byAge = new LinkedHashMap<>();

    /**
     * @param runBytesMax at which a run is written
     * @param bytesMax memory that all runs may take
     */
    Gathering(JournalWriter writer, long runBytesMax, long bytesMax) {
        this.writer = writer;
        this.runBytesMax = runBytesMax;
        this.bytesMax = bytesMax;
    }

    private static final class Fresh {
        final JournalPlace since;
        final List<Frame> frames = new ArrayList<>();
        long bytes;

        Fresh(JournalPlace since) {
            this.since = since;
        }

        void add(Frame frame) {
            frames.add(frame);
            bytes += frame.length();
        }
    }

    /**
     * Takes over groups in commit order.
     *
     * @param appliedThrough for the number of a stream, the last sequence that its journal is known to hold
     */
    void take(List<CommittedGroup> groups, LongUnaryOperator appliedThrough) {
        Map<Long, Fresh> byStream = new LinkedHashMap<>();
        List<Run> order = new ArrayList<>();
        long ordered = appliedThrough.applyAsLong(OrderExcerpt.STREAM);
        for (CommittedGroup committed : groups) {
            for (Run run : committed.group().runs()) {
                if (run.end() - 1 > ordered) {
                    order.add(run.from(Math.max(run.position(), ordered + 1)));
                }
            }
            for (Frame frame : committed.group().frames()) {
                if (!frame.isControl() && frame.sequence() > appliedThrough.applyAsLong(frame.stream())) {
                    byStream.computeIfAbsent(frame.stream(), stream -> new Fresh(committed.before()))
                            .add(frame);
                }
            }
        }
        byStream.forEach(this::take);
        writer.writeOrder(order);
        relieve();
    }

    private void take(long stream, Fresh fresh) {
        GatheredRun run = runs.get(stream);
        if (fresh.bytes + (run == null ? 0 : run.length()) >= runBytesMax) {
            writeThrough(stream, run, fresh.frames);
            return;
        }
        boolean isNew = run == null;
        GatheredRun target = isNew ? new GatheredRun(stream, fresh.since) : java.util.Objects.requireNonNull(run);
        long before = isNew ? 0 : target.cost();
        fresh.frames.forEach(target::add);
        bytes.addAndGet(target.cost() - before);
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
        List<Frame> all = run.frames();
        all.addAll(fresh);
        writer.write(stream, all);
        finish(run);
    }

    private void write(GatheredRun run) {
        writer.write(run.stream(), run.frames());
        finish(run);
    }

    private void finish(GatheredRun run) {
        bytes.addAndGet(-run.cost());
        byAge.remove(run.stream());
        runs.remove(run.stream());
    }

    /** Gives back an eighth at once, so that the longest are not looked for again with every group. */
    private void relieve() {
        if (bytes() <= bytesMax) {
            return;
        }
        List<GatheredRun> longestFirst = new ArrayList<>(byAge.values());
        longestFirst.sort(Comparator.comparingInt(GatheredRun::length).reversed());
        Iterator<GatheredRun> next = longestFirst.iterator();
        while (bytes() > bytesMax - bytesMax / 8 && next.hasNext()) {
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

    /** Streams that have frames here. */
    int streams() {
        return byAge.size();
    }

    /** Memory taken; any thread may ask. */
    long bytes() {
        return bytes.get();
    }

    /** Lowest sequence of the stream that is here, or {@link Long#MAX_VALUE}; any thread may ask. */
    long firstSequence(long stream) {
        GatheredRun run = runs.get(stream);
        return run == null ? Long.MAX_VALUE : run.firstSequence();
    }

    /** What is here of the requested range, from exactly its begin; any thread may ask. */
    List<Frame> read(ReadRequest request) {
        GatheredRun run = runs.get(request.stream());
        return run == null ? List.of() : run.read(request);
    }
}
