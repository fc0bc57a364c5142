package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StreamState;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Refuses a group whose numbers do not go on from what is committed, before a byte of it is written: once durable, such
 * a group could never be read back.
 *
 * <p>Confined to the committing thread.
 */
final class GroupCheck {
    private final Map<Long, Long> highWaterMarks = new HashMap<>();
    private final Map<Long, Long> inGroup = new HashMap<>();

    GroupCheck(Collection<StreamState> streams) {
        streams.forEach(stream -> highWaterMarks.put(stream.number(), stream.highWaterMark()));
    }

    /** @throws IllegalArgumentException with the frame that does not fit */
    void require(CommitGroup group, long position) {
        inGroup.clear();
        long last = position;
        for (Frame frame : group.frames()) {
            if (frame.isControl()) {
                check(frame.position() == last, frame);
                if (frame.type().equals(Catalog.FORKED)) {
                    inGroup.put(frame.stream(), frame.sequence());
                } else if (frame.type().equals(Catalog.CREATED)) {
                    inGroup.putIfAbsent(frame.stream(), highWaterMarks.getOrDefault(frame.stream(), 0L));
                }
                continue;
            }
            Long high = inGroup.get(frame.stream());
            if (high == null) {
                high = highWaterMarks.getOrDefault(frame.stream(), Long.MIN_VALUE);
            }
            check(frame.position() == ++last && frame.sequence() == high + 1, frame);
            inGroup.put(frame.stream(), frame.sequence());
        }
        if (group.lastPosition() != last) {
            throw new IllegalArgumentException(group + " ends at position " + last);
        }
    }

    private static void check(boolean fits, Frame frame) {
        if (!fits) {
            throw new IllegalArgumentException(frame + " does not follow what is committed");
        }
    }

    /** The group that was checked last is committed. */
    void committed() {
        highWaterMarks.putAll(inGroup);
    }
}
