package dev.fluxlog.backend;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What becomes a fact at once: the frames of all appends and catalog changes that one force makes durable.
 *
 * <p>Frames stand in commit order. Event frames carry dense positions that go on from the group before; control frames
 * take no position. The bytes are immutable from here on: a backend may keep them instead of copying.
 */
public final class CommitGroup {
    private final byte[] bytes;
    private final int[] offsets;
    private final long lastPosition;

    /**
     * @param bytes the frames, one behind the other, nothing else; handed over
     * @param offsets where each frame begins; handed over
     * @param lastPosition highest position after this group
     */
    public CommitGroup(byte[] bytes, int[] offsets, long lastPosition) {
        if (offsets.length == 0) {
            throw new IllegalArgumentException("a commit group has at least one frame");
        }
        this.bytes = bytes;
        this.offsets = offsets;
        this.lastPosition = lastPosition;
    }

    /** The frames, byte for byte as they are stored; do not modify. */
    public byte[] bytes() {
        return bytes;
    }

    public int frameCount() {
        return offsets.length;
    }

    public Frame frame(int index) {
        return Frame.of(bytes, offsets[index]);
    }

    public List<Frame> frames() {
        return new AbstractList<>() {
            @Override
            public Frame get(int index) {
                return frame(index);
            }

            @Override
            public int size() {
                return offsets.length;
            }
        };
    }

    /** The events of this group in the order of commit. */
    public List<Run> runs() {
        List<Run> runs = new ArrayList<>();
        Frame first = null;
        int count = 0;
        for (int i = 0; i < offsets.length; i++) {
            Frame frame = frame(i);
            if (frame.isControl()) {
                continue;
            }
            if (first != null && frame.stream() == first.stream() && frame.sequence() == first.sequence() + count) {
                count++;
                continue;
            }
            if (first != null) {
                runs.add(new Run(first.position(), first.stream(), first.sequence(), count));
            }
            first = frame;
            count = 1;
        }
        if (first != null) {
            runs.add(new Run(first.position(), first.stream(), first.sequence(), count));
        }
        return runs;
    }

    /** Highest position after this group: the position of its last event frame, or of the group before. */
    public long lastPosition() {
        return lastPosition;
    }

    @Override
    public String toString() {
        return "CommitGroup[" + offsets.length + " frames, " + bytes.length + " bytes, through position " + lastPosition
                + ", at " + Arrays.toString(Arrays.copyOf(offsets, Math.min(4, offsets.length))) + "]";
    }
}
