package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Numbers that were given to events of which nothing is left, and the commit group that says so.
 *
 * <p>Of each stream it is one run, behind what is committed. Stream 0 is the order of commit, whose numbers are
 * positions. Confined to one thread.
 */
final class LostNumbers {
    private static final byte[] NOTHING = new byte[0];

    private final Catalog catalog;
    private final Map<Long, Long> lastByStream = new TreeMap<>();

    /** @param catalog what is committed */
    LostNumbers(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The number was given; nothing happens when that is known. */
    void given(long stream, long number) {
        if (number > committed(stream)) {
            lastByStream.merge(stream, number, Math::max);
        }
    }

    /** The numbers of a group that no longer counts. */
    void given(CommitGroup group) {
        given(OrderExcerpt.STREAM, group.lastPosition());
        for (Frame frame : group.frames()) {
            if (!frame.isControl()) {
                given(frame.stream(), frame.sequence());
            }
        }
    }

    private long committed(long stream) {
        return stream == OrderExcerpt.STREAM
                ? catalog.position()
                : catalog.stream(stream).map(state -> state.highWaterMark()).orElse(Long.MAX_VALUE);
    }

    boolean isEmpty() {
        return lastByStream.isEmpty();
    }

    /** Positions among them. */
    int positions() {
        long last = lastByStream.getOrDefault(OrderExcerpt.STREAM, catalog.position());
        return Math.toIntExact(last - catalog.position());
    }

    /** What was lost, one sentence for each of the first few. */
    String describe() {
        List<String> parts = new ArrayList<>();
        lastByStream.forEach((stream, last) -> {
            if (parts.size() < 10) {
                String of = stream == OrderExcerpt.STREAM ? "positions " : "stream " + stream + " sequences ";
                parts.add(of + (committed(stream) + 1) + " to " + last);
            }
        });
        String more = lastByStream.size() > parts.size() ? " and more" : "";
        return "Lost, and never given again: " + String.join(", ", parts) + more;
    }

    CommitGroup group(long timeMicros) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Integer> offsets = new ArrayList<>();
        lastByStream.forEach((stream, last) -> {
            offsets.add(bytes.size());
            bytes.writeBytes(frame(new Range(stream, committed(stream) + 1, last), positionAt(stream), timeMicros));
        });
        int[] begins = offsets.stream().mapToInt(Integer::intValue).toArray();
        return new CommitGroup(bytes.toByteArray(), begins, catalog.position() + positions());
    }

    /** The order of commit has the lowest number and comes first: behind it the lost positions count as given. */
    private long positionAt(long stream) {
        return stream == OrderExcerpt.STREAM ? catalog.position() : catalog.position() + positions();
    }

    /** Numbers of one stream. */
    record Range(long stream, long first, long last) {}

    /** The change to the catalog by which a run of numbers is given up. */
    static byte[] frame(Range lost, long position, long timeMicros) {
        byte[] payload = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(lost.first())
                .array();
        byte[] type = Catalog.LOST.getBytes(StandardCharsets.US_ASCII);
        Frame.Parts parts = new Frame.Parts(Frame.CONTROL, type, NOTHING, NOTHING, NOTHING, payload);
        byte[] frame = new byte[parts.frameBytes()];
        Frame.write(frame, 0, parts);
        Frame.place(frame, 0, lost.stream(), lost.last(), position, timeMicros);
        return frame;
    }

    static boolean isTold(Frame frame) {
        return frame.isControl() && frame.type().equals(Catalog.LOST);
    }
}
