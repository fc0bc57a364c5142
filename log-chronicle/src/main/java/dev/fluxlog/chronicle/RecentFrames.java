package dev.fluxlog.chronicle;

import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest committed frames in memory: those that wait for the applier, and behind them as many as the tail cache may
 * hold.
 *
 * <p>A cache and not a second source: the bytes are those of the commit groups. Groups enter in commit order, and leave
 * in the same order once the applier has taken them and the bound asks for it; so of each stream it holds an unbroken
 * run up to the newest frame, and whatever is older is gathered or stands in the journal.
 *
 * <p>One thread adds, one marks as taken, many read.
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
    private int taken;

    /** @param bytesMax how much taken frames may occupy; those that were not taken are never dropped */
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
                add(frame);
            }
        }
        evict();
    }

    private void add(Frame frame) {
        StreamTail tail = tails.get(frame.stream());
        if (tail == null || !tail.add(frame)) {
            // There is none, or an eviction has just ended it and takes away no other.
            StreamTail fresh = new StreamTail();
            fresh.add(frame);
            tails.put(frame.stream(), fresh);
        }
    }

    /** The oldest groups that were not taken are gathered or in the journals now. */
    void taken(int count) {
        synchronized (this) {
            taken += count;
        }
        evict();
    }

    private void evict() {
        while (true) {
            CommitGroup oldest;
            synchronized (this) {
                if (bytes <= bytesMax || taken == 0) {
                    return;
                }
                oldest = groups.removeFirst();
                bytes -= sizeOf(oldest);
                taken--;
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
        StreamTail tail = tails.get(frame.stream());
        if (tail != null && tail.dropThrough(frame.sequence())) {
            tails.remove(frame.stream(), tail);
        }
    }

    RecentOrder order() {
        return order;
    }

    /** Lowest sequence of the stream that is here, or {@link Long#MAX_VALUE}: what is below was taken. */
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
