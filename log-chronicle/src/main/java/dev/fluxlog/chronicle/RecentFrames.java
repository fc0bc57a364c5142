package dev.fluxlog.chronicle;

import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest committed frames in memory: those that are not in the stream journals yet, and behind them as many as the
 * tail cache may hold.
 *
 * <p>A cache and not a second source: the bytes are those of the commit groups. Groups enter in commit order, and leave
 * in the same order once they are applied and the bound asks for it; so of each stream it holds an unbroken run up to
 * the newest frame, and whatever is older stands in the journal.
 *
 * <p>One thread adds, one marks applied, many read.
 */
final class RecentFrames {
    /** What a frame costs besides its bytes: the view, its slot, and at worst a run of its own. */
    private static final int FRAME_OVERHEAD_BYTES = 96;

    private final long bytesMax;
    private final Map<Long, StreamTail> tails = new ConcurrentHashMap<>();
    private final RecentOrder order = new RecentOrder();

    // Guarded by this.
    private final ArrayDeque<CommitGroup> groups = new ArrayDeque<>();
    private long bytes;
    private int applied;

    /** @param bytesMax how much applied frames may take; those that are not applied are never dropped */
    RecentFrames(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    static long sizeOf(CommitGroup group) {
        return group.bytes().length + (long) FRAME_OVERHEAD_BYTES * group.frameCount();
    }

    /** Makes the group readable. */
    void add(CommitGroup group) {
        synchronized (this) {
            groups.addLast(group);
            bytes += sizeOf(group);
        }
        order.add(group);
        for (Frame frame : group.frames()) {
            if (!frame.isControl()) {
                // Inside compute, so that no tail is added to while an eviction throws it away.
                tails.compute(frame.stream(), (stream, tail) -> with(frame, tail == null ? new StreamTail() : tail));
            }
        }
        evict();
    }

    private static StreamTail with(Frame frame, StreamTail tail) {
        tail.add(frame);
        return tail;
    }

    /** The oldest groups that were not applied are in the journals now. */
    void applied(int count) {
        synchronized (this) {
            applied += count;
        }
        evict();
    }

    private void evict() {
        while (true) {
            CommitGroup oldest;
            synchronized (this) {
                if (bytes <= bytesMax || applied == 0) {
                    return;
                }
                oldest = groups.removeFirst();
                bytes -= sizeOf(oldest);
                applied--;
            }
            order.dropThrough(oldest.lastPosition());
            for (Frame frame : oldest.frames()) {
                if (!frame.isControl()) {
                    drop(frame);
                }
            }
        }
    }

    private void drop(Frame frame) {
        tails.computeIfPresent(frame.stream(), (stream, tail) -> tail.dropThrough(frame.sequence()) ? null : tail);
    }

    RecentOrder order() {
        return order;
    }

    /** Lowest sequence of the stream that is here, or {@link Long#MAX_VALUE}: what is below stands in the journal. */
    long firstSequence(long stream) {
        StreamTail tail = tails.get(stream);
        return tail == null ? Long.MAX_VALUE : tail.firstSequence();
    }

    /** What is here of the requested range, from exactly its begin; empty when the begin is not here. */
    List<Frame> read(ReadRequest request) {
        StreamTail tail = tails.get(request.stream());
        return tail == null ? List.of() : tail.read(request);
    }
}
