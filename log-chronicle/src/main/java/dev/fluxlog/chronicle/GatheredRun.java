package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Committed frames of one stream that are not in its journal yet: a run with adjacent sequences.
 *
 * <p>Of each frame this knows its place in the commit journal; of the newest ones it has the bytes too. These are copied,
 * because a view would keep the whole commit group in memory for one small frame; they stand one behind the other as in
 * an excerpt and are found by walking, since they are few. When memory is short {@link #drop} gives them up, and {@link
 * CommitFrames} reads them again.
 *
 * <p>One thread adds, many read. What was once added is never changed, so frames that were handed out stay valid.
 */
final class GatheredRun {
    /** What a run costs besides its bytes: itself, its arrays, and its entries in {@link Gathering}. */
    static final int OVERHEAD_BYTES = 320;

    private static final byte[] NONE = {};

    private final long stream;
    private final JournalPlace since;

    // Written by the owner's thread under this, so that it may read them without.
    private final FramePlaces places = new FramePlaces();
    private byte[] bytes = NONE;
    private int bytesUsed;
    private int dropped;
    private long length;
    private long first;
    private int count;

    /** @param since place in the commit journal before the group that holds the first frame */
    GatheredRun(long stream, JournalPlace since) {
        this.stream = stream;
        this.since = since;
    }

    synchronized void add(List<Frame> frames, FramePlaces theirPlaces) {
        int more = 0;
        for (Frame frame : frames) {
            more = Math.addExact(more, frame.length());
        }
        int needed = Math.addExact(bytesUsed, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, bytesUsed == 0 ? needed : Math.max(needed, bytes.length * 2));
        }
        frames.forEach(this::add);
        places.addAll(theirPlaces);
    }

    private void add(Frame frame) {
        count(frame);
        System.arraycopy(frame.array(), frame.offset(), bytes, bytesUsed, frame.length());
        bytesUsed += frame.length();
    }

    private void count(Frame frame) {
        if (count == 0) {
            first = frame.sequence();
        } else if (frame.sequence() != first + count) {
            throw new IllegalStateException(frame + " does not follow sequence " + (first + count - 1));
        }
        length += frame.length();
        count++;
    }

    /** Adds only where the frame stands in the commit journal; before any is held in memory. */
    synchronized void addDropped(Frame frame, long segment, long offset) {
        count(frame);
        places.add(segment, offset);
        dropped = count;
    }

    /** Keeps of all frames only where they stand in the commit journal. */
    synchronized void drop() {
        bytes = NONE;
        bytesUsed = 0;
        dropped = count;
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

    /** Bytes of the frames, wherever they are. */
    long length() {
        return length;
    }

    /** Whether some frames are in the commit journal only. */
    boolean isDropped() {
        return dropped > 0;
    }

    /** Memory that {@link #drop} gives back. */
    long droppable() {
        return bytes.length;
    }

    /** What the run costs in memory. */
    long cost() {
        return OVERHEAD_BYTES + bytes.length + places.bytes();
    }

    /** All of them; the owner's thread. */
    List<Frame> frames(CommitFrames journal) {
        return read(
                new ReadRequest(
                        stream,
                        first,
                        first + count - 1,
                        ReadRequest.Direction.FORWARD,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE),
                journal);
    }

    /** What is here of the requested range, from exactly its begin; empty when the begin is not here. */
    List<Frame> read(ReadRequest request, CommitFrames journal) {
        Part part = part(request);
        CommitFrames.Run stored = journal.new Run(stream, since.segment(), part.places(), part.first());
        List<Frame> found = new ArrayList<>();
        long bytesRead = 0;
        for (int i = 0; i < part.count(); i++) {
            Frame frame;
            if (request.isForward()) {
                frame = i < part.places().length ? stored.frame(i) : part.held().get(i - part.places().length);
            } else {
                frame = backward(part, part.count() - 1 - i, journal);
            }
            bytesRead += frame.length();
            if (bytesRead > request.bytesMax() && !found.isEmpty()) {
                break;
            }
            found.add(frame);
        }
        return found;
    }

    /** By itself: what stands behind it in the commit journal is not wanted next. */
    private Frame backward(Part part, int index, CommitFrames journal) {
        long[] all = part.places();
        if (index >= all.length) {
            return part.held().get(index - all.length);
        }
        return journal.new Run(stream, since.segment(), new long[] {all[index]}, part.first() + index).frame(0);
    }

    /**
     * Frames with adjacent sequences: the older ones by their places, the newer ones held in memory.
     *
     * @param first sequence of the first one
     */
    private record Part(long first, long[] places, List<Frame> held) {
        int count() {
            return places.length + held.size();
        }
    }

    /** What a read may need, so that no file is read while the owner's thread waits. */
    private synchronized Part part(ReadRequest request) {
        long begin = request.sequence() - first;
        if (begin < 0 || begin >= count) {
            return new Part(first, new long[0], List.of());
        }
        long wanted = Math.min(request.framesMax(), Math.abs(request.through() - request.sequence()) + 1);
        int from = (int) (request.isForward() ? begin : Math.max(0, begin - wanted + 1));
        int to = (int) (request.isForward() ? Math.min(count, begin + wanted) : begin + 1);
        List<Frame> held = new ArrayList<>();
        for (int at = 0, index = dropped; at < bytesUsed && index < to; index++) {
            Frame frame = Frame.of(bytes, at);
            if (index >= from) {
                held.add(frame);
            }
            at += frame.length();
        }
        return new Part(first + from, places.copy(from, Math.max(from, Math.min(to, dropped))), held);
    }
}
