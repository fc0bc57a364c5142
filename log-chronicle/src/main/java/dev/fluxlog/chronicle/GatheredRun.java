package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Committed frames of one stream that are not in its journal yet: a run with adjacent sequences, in bytes of its own.
 *
 * <p>The frames are copied, because a view would keep the whole commit group in memory for one small frame. They stand
 * one behind the other as in an excerpt and are found by walking: a run is short.
 *
 * <p>One thread adds, many read. What was once added is never changed, so frames that were handed out stay valid.
 */
final class GatheredRun {
    /** What a run costs besides its bytes: itself, its array, and its entries in {@link Gathering}. */
    private static final int OVERHEAD_BYTES = 256;

    private final long stream;
    private final JournalPlace since;

    // Written by the owner's thread under this, so that it may read them without.
    private byte[] bytes = {};
    private int length;
    private long first;
    private int count;

    /** @param since place in the commit journal before the group that holds the first frame */
    GatheredRun(long stream, JournalPlace since) {
        this.stream = stream;
        this.since = since;
    }

    synchronized void add(Frame frame) {
        if (count == 0) {
            first = frame.sequence();
        } else if (frame.sequence() != first + count) {
            throw new IllegalStateException(frame + " does not follow sequence " + (first + count - 1));
        }
        int needed = Math.addExact(length, frame.length());
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, count == 0 ? needed : Math.max(needed, bytes.length * 2));
        }
        System.arraycopy(frame.array(), frame.offset(), bytes, length, frame.length());
        length = needed;
        count++;
    }

    long stream() {
        return stream;
    }

    JournalPlace since() {
        return since;
    }

    long firstSequence() {
        return first;
    }

    /** Bytes of the frames. */
    int length() {
        return length;
    }

    /** What the run costs in memory. */
    long cost() {
        return OVERHEAD_BYTES + bytes.length;
    }

    synchronized List<Frame> frames() {
        List<Frame> frames = new ArrayList<>(count);
        for (int at = 0; at < length; ) {
            Frame frame = Frame.of(bytes, at);
            frames.add(frame);
            at += frame.length();
        }
        return frames;
    }

    /** What is here of the requested range, from exactly its begin; empty when the begin is not here. */
    List<Frame> read(ReadRequest request) {
        List<Frame> frames = frames();
        List<Frame> found = new ArrayList<>();
        int step = request.isForward() ? 1 : -1;
        long index = request.sequence() - frames.get(0).sequence();
        long left = Math.abs(request.through() - request.sequence()) + 1;
        long bytesRead = 0;
        while (index >= 0 && index < frames.size() && left > 0 && found.size() < request.framesMax()) {
            Frame frame = frames.get((int) index);
            bytesRead += frame.length();
            if (bytesRead > request.bytesMax() && !found.isEmpty()) {
                break;
            }
            found.add(frame);
            index += step;
            left--;
        }
        return found;
    }
}
