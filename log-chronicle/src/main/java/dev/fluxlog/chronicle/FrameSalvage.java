package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The whole frames at the end of a record whose head is damaged.
 *
 * <p>Frames stand one behind the other and fill their record to its end, and each is protected by itself. So a run of
 * whole frames with adjacent sequences that ends where the record ends is what it looks like; a frame that stands in the
 * payload of another, because somebody stores such files as events, is followed by the rest of that payload or by the
 * next frame of the record, to whose number it would have to lead. What stands before the run is damage.
 */
final class FrameSalvage {
    private static final int ALIGNMENT = 4;

    private final ScanWindow window;
    private final long stream;
    private final long before;

    /** @param before the last sequence that is known to stand before the record */
    FrameSalvage(ScanWindow window, long stream, long before) {
        this.window = window;
        this.stream = stream;
        this.before = before;
    }

    /** @param to where the record ends with its padding */
    List<Frame> before(long from, long to) throws IOException {
        for (long at = from; at + Frame.HEADER_BYTES <= to; at++) {
            if (mayBegin(at)) {
                List<Frame> run = run(at, to);
                if (!run.isEmpty()) {
                    return run;
                }
            }
        }
        return List.of();
    }

    private boolean mayBegin(long offset) throws IOException {
        int at = window.at(offset, Frame.HEADER_BYTES);
        if (at < 0 || window.bytes()[at] != Frame.MAGIC || window.bytes()[at + 1] != Frame.VERSION) {
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(window.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        return in.getLong(at + 8) == stream && in.getLong(at + 16) > before;
    }

    /** The frames from here to the end of the record, or none when they do not lead there. */
    private List<Frame> run(long from, long to) throws IOException {
        List<Frame> run = new ArrayList<>();
        long at = from;
        while (to - at >= ALIGNMENT) {
            int length = (int) Math.min(to - at, Frame.FRAME_BYTES_MAX);
            int index = window.at(at, length);
            if (index < 0) {
                return List.of();
            }
            Frame frame;
            try {
                Frame there = Frame.verify(window.bytes(), index, index + length);
                frame = Frame.of(Arrays.copyOfRange(window.bytes(), index, index + there.length()), 0);
            } catch (StorageException e) {
                if (e.kind() != StorageException.Kind.CORRUPT) {
                    throw e;
                }
                return List.of();
            }
            boolean follows =
                    run.isEmpty() || frame.sequence() == run.get(run.size() - 1).sequence() + 1;
            if (!follows || frame.stream() != stream || frame.isControl()) {
                return List.of();
            }
            run.add(frame);
            at += frame.length();
        }
        return run;
    }
}
