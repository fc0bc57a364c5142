package dev.fluxlog.tck;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.StreamState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Builds commit groups as the engine does, and remembers what a backend has to know once they are committed.
 *
 * <p>Confined to one thread, except for {@link #bytes}, which copies.
 */
public final class Groups {
    private static final byte[] NONE = new byte[0];

    private final Catalog catalog = new Catalog();
    private final Map<Long, NavigableMap<Long, ByteBuffer>> frames = new HashMap<>();
    private final List<List<Long>> order = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Integer> offsets = new ArrayList<>();
    private long timeMicros = 1_000_000;

    public Groups create(long stream, String name) {
        long high = catalog.stream(stream).map(StreamState::highWaterMark).orElse(0L);
        return control(Catalog.CREATED, stream, high, name.getBytes(StandardCharsets.UTF_8));
    }

    public Groups configure(long stream, byte[] settings) {
        return control(Catalog.CONFIGURED, stream, state(stream).highWaterMark(), settings);
    }

    /** @param lowWaterMark the lowest sequence that is left */
    public Groups trim(long stream, long lowWaterMark) {
        Groups self = control(Catalog.TRIMMED, stream, lowWaterMark, NONE);
        framesOf(stream).headMap(lowWaterMark).clear();
        return self;
    }

    public Groups seal(long stream) {
        return control(Catalog.SEALED, stream, state(stream).highWaterMark(), NONE);
    }

    public Groups delete(long stream) {
        Groups self = control(Catalog.DELETED, stream, state(stream).highWaterMark(), NONE);
        framesOf(stream).clear();
        return self;
    }

    public Groups event(long stream, String payload) {
        return event(stream, payload.getBytes(StandardCharsets.UTF_8));
    }

    public Groups event(long stream, byte[] payload) {
        return event(stream, new Frame.Parts(Frame.FIRST | Frame.LAST, NONE, NONE, NONE, NONE, payload));
    }

    public Groups event(long stream, Frame.Parts parts) {
        long sequence = state(stream).highWaterMark() + 1;
        ByteBuffer frame = add(parts, stream, sequence, catalog.position() + 1);
        framesOf(stream).put(sequence, frame);
        order.add(List.of(stream, sequence));
        return this;
    }

    /** Many events with a counted payload. */
    public Groups events(long stream, int count) {
        for (int i = 0; i < count; i++) {
            event(stream, stream + "/" + i);
        }
        return this;
    }

    /** Time of the frames that follow. */
    public Groups at(long newTimeMicros) {
        timeMicros = newTimeMicros;
        return this;
    }

    private Groups control(String change, long stream, long sequence, byte[] payload) {
        byte[] type = change.getBytes(StandardCharsets.UTF_8);
        add(new Frame.Parts(Frame.CONTROL, type, NONE, NONE, NONE, payload), stream, sequence, catalog.position());
        return this;
    }

    private ByteBuffer add(Frame.Parts parts, long stream, long sequence, long position) {
        byte[] frame = new byte[parts.frameBytes()];
        Frame.write(frame, 0, parts);
        Frame.place(frame, 0, stream, sequence, position, timeMicros++);
        offsets.add(bytes.size());
        bytes.writeBytes(frame);
        catalog.apply(Frame.of(frame, 0));
        return ByteBuffer.wrap(frame);
    }

    /** What was added since the last call. */
    public CommitGroup group() {
        CommitGroup group = new CommitGroup(
                bytes.toByteArray(),
                offsets.stream().mapToInt(Integer::intValue).toArray(),
                catalog.position());
        bytes.reset();
        offsets.clear();
        return group;
    }

    /** Highest position so far. */
    public long position() {
        return catalog.position();
    }

    /** Stream and sequence of every event in the order of commit. */
    public List<List<Long>> order() {
        return order;
    }

    /** The state that recovery has to tell. */
    public Collection<StreamState> states() {
        return catalog.streams();
    }

    public StreamState state(long stream) {
        return catalog.stream(stream).orElseThrow();
    }

    /** The readable frames of a stream, byte for byte, by sequence. */
    public NavigableMap<Long, ByteBuffer> framesOf(long stream) {
        return frames.computeIfAbsent(stream, unknown -> new TreeMap<>());
    }

    /** A frame's bytes, to be compared. */
    public static ByteBuffer bytes(Frame frame) {
        return ByteBuffer.wrap(frame.array(), frame.offset(), frame.length());
    }
}
