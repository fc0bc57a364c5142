package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest frames of one stream: a ring indexed by sequence.
 *
 * <p>Thread-safe; every method is short. A tail that was emptied has ended: it takes nothing any more, and its owner
 * replaces it.
 */
final class StreamTail {
    private static final int SLOTS_MIN = 4;

    // All guarded by this.
    private @Nullable Frame[] ring = new Frame[SLOTS_MIN];
    private long first;
    private int count;
    private boolean ended;

    /** False when it has ended. */
    synchronized boolean add(Frame frame) {
        if (ended) {
            return false;
        }
        if (count == 0) {
            first = frame.sequence();
        } else if (frame.sequence() != first + count) {
            throw new IllegalStateException(frame + " does not follow sequence " + (first + count - 1));
        }
        if (count == ring.length) {
            grow();
        }
        ring[slot(frame.sequence())] = frame;
        count++;
        return true;
    }

    private void grow() {
        @Nullable Frame[] larger = new Frame[ring.length * 2];
        for (long sequence = first; sequence < first + count; sequence++) {
            larger[(int) (sequence & (larger.length - 1))] = ring[slot(sequence)];
        }
        ring = larger;
    }

    private int slot(long sequence) {
        return (int) (sequence & (ring.length - 1));
    }

    /** Drops the frames up to this sequence; true when none is left, which ends it. */
    synchronized boolean dropThrough(long sequence) {
        while (count > 0 && first <= sequence) {
            ring[slot(first)] = null;
            first++;
            count--;
        }
        ended = count == 0;
        return ended;
    }

    synchronized long firstSequence() {
        return count == 0 ? Long.MAX_VALUE : first;
    }

    synchronized List<Frame> read(ReadRequest request) {
        List<Frame> frames = new ArrayList<>();
        int step = request.isForward() ? 1 : -1;
        long bytes = 0;
        for (long sequence = request.sequence(); frames.size() < request.framesMax(); sequence += step) {
            if (sequence < first || sequence >= first + count || isBeyond(request, sequence)) {
                break;
            }
            Frame frame = java.util.Objects.requireNonNull(ring[slot(sequence)]);
            bytes += frame.length();
            if (bytes > request.bytesMax() && !frames.isEmpty()) {
                break;
            }
            frames.add(frame);
        }
        return frames;
    }

    private static boolean isBeyond(ReadRequest request, long sequence) {
        return request.isForward() ? sequence > request.through() : sequence < request.through();
    }
}
