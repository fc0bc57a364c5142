package dev.fluxlog;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.ForkPayload;
import dev.fluxlog.backend.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The commit group being put together: frames with their places, and the marks that the streams will have.
 *
 * <p>Work of one group sees what work before it planned, as if that were committed: both become facts together or not at
 * all. {@link #publish} makes the planned marks visible after the commit, {@link #rollBack} forgets them. Owned by the
 * writer thread and reused for every group.
 */
final class GroupPlan {
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] SEALED = Catalog.SEALED.getBytes(StandardCharsets.US_ASCII);

    private final StreamTable streams;
    private final IdempotencyIndex idempotency;
    private final Clock clock;

    private byte[] bytes = new byte[64 << 10];
    private int size;
    private int[] offsets = new int[1024];
    private int frames;

    /** Highest position committed, and the one reached by this plan. */
    private long committedPosition;

    private long position;
    private long nextNumber;
    private long timeMicros;

    private final Set<StreamEntry> touched = new LinkedHashSet<>();
    private final List<StreamEntry> created = new ArrayList<>();

    GroupPlan(StreamTable streams, IdempotencyIndex idempotency, Clock clock, long position) {
        this.streams = streams;
        this.idempotency = idempotency;
        this.clock = clock;
        this.committedPosition = position;
        this.position = position;
        this.nextNumber = streams.highestNumber() + 1;
    }

    /** Starts the next group; all its events get the same time. */
    void begin() {
        timeMicros = EventCodec.micros(clock.instant());
    }

    boolean isEmpty() {
        return frames == 0;
    }

    int size() {
        return size;
    }

    int frames() {
        return frames;
    }

    IdempotencyIndex idempotency() {
        return idempotency;
    }

    /** Marks of a stream with what this group has planned so far. */
    Marks marks(String stream) {
        StreamEntry entry = find(stream);
        return entry == null ? Marks.NEVER_EXISTED : entry.pending();
    }

    /** The stream if there ever was one of that name; one whose time is over is deleted by asking for it. */
    @Nullable
    StreamEntry find(String stream) {
        StreamEntry entry = streams.find(stream);
        if (entry != null && entry.isExpired(entry.pending(), timeMicros)) {
            delete(entry);
        }
        return entry;
    }

    /** The stream, which has to exist. */
    StreamEntry existing(String stream) {
        StreamEntry entry = find(stream);
        if (entry == null || !entry.pending().exists()) {
            throw new LogException.UnknownStream(stream, entry != null && entry.isShared());
        }
        return entry;
    }

    /** Somebody writes to the stream, if it exists: it is not idle. */
    void use(String stream) {
        StreamEntry entry = find(stream);
        if (entry != null) {
            entry.use(timeMicros);
        }
    }

    /** The stream, which is created when it does not exist. */
    StreamEntry existingOrCreated(String stream) {
        StreamEntry entry = named(stream);
        if (!entry.pending().exists()) {
            byte[] name = stream.getBytes(StandardCharsets.UTF_8);
            control(
                    entry,
                    Catalog.CREATED,
                    entry.pending().high(),
                    name,
                    entry.pending().created());
        }
        return entry;
    }

    private StreamEntry named(String stream) {
        StreamEntry entry = find(stream);
        if (entry == null) {
            entry = new StreamEntry(nextNumber++, stream, Marks.NEVER_EXISTED);
            streams.add(entry);
            created.add(entry);
        }
        entry.use(timeMicros);
        return entry;
    }

    /** A stream that does not exist comes into being as a fork. */
    StreamEntry fork(String stream, ForkPoint point) {
        StreamEntry source = existing(point.stream());
        Marks from = source.pending();
        if (point.sequence() > from.high()) {
            throw new LogException.Ahead(source.name, point.sequence(), from.low(), from.high());
        }
        if (point.sequence() < from.low() - 1) {
            throw new LogException.Trimmed(source.name, point.sequence() + 1, from.low(), from.high());
        }
        // The shared events keep their numbers, so the name must not have given them to others.
        long high = marks(stream).high();
        if (high > 0) {
            throw new LogException.Conflict(stream, ExpectedSequence.exactly(0), high);
        }
        int depth = source.depth() + 1;
        if (depth > ForkPoint.DEPTH_MAX) {
            throw new LogException.LimitExceeded("forkDepthMax", ForkPoint.DEPTH_MAX, depth);
        }
        StreamEntry entry = named(stream);
        byte[] payload = new ForkPayload(source.number, from.low(), stream).encode();
        Shared shared = new Shared(source, point.sequence(), true);
        Marks forked = entry.pending().forked(shared, from.low());
        control(entry, Catalog.FORKED, point.sequence(), payload, forked);
        return entry;
    }

    /** Adds events to the end of a stream. */
    AppendResult append(StreamEntry entry, EncodedAppend append) {
        Marks before = entry.pending();
        reserve(append.frames.length, append.count());
        System.arraycopy(append.frames, 0, bytes, size, append.frames.length);
        long sequence = before.high();
        for (int offset : append.offsets) {
            offsets[frames++] = size + offset;
            Frame.place(bytes, size + offset, entry.number, ++sequence, ++position, timeMicros);
        }
        size += append.frames.length;
        plan(entry, before.through(sequence, append.frames.length));
        long last = append.count() == 0 ? 0 : position;
        return new AppendResult(entry.name, before.high() + 1, sequence, last, false);
    }

    void configure(StreamEntry entry, StreamSettings settings) {
        byte[] stored = SettingsCodec.encode(settings);
        control(
                entry,
                Catalog.CONFIGURED,
                entry.pending().high(),
                stored,
                entry.pending().with(settings));
    }

    void trim(StreamEntry entry, long lowWaterMark) {
        control(entry, Catalog.TRIMMED, lowWaterMark, NOTHING, entry.pending().from(lowWaterMark));
    }

    /** @param by whose append it was; {@link Producer#none()} for nobody's */
    void seal(StreamEntry entry, Producer by) {
        entry.use(timeMicros);
        byte[] origin = new Origin("", by, "").encode();
        Marks sealed = entry.pending().asSealed(by);
        control(
                entry,
                new Frame.Parts(Frame.CONTROL, SEALED, NOTHING, origin, NOTHING, NOTHING),
                sealed.high(),
                sealed);
    }

    void delete(StreamEntry entry) {
        control(
                entry,
                Catalog.DELETED,
                entry.pending().high(),
                NOTHING,
                entry.pending().deleted());
        idempotency.forget(entry);
    }

    private void control(StreamEntry entry, String change, long sequence, byte[] payload, Marks after) {
        byte[] type = change.getBytes(StandardCharsets.US_ASCII);
        control(entry, new Frame.Parts(Frame.CONTROL, type, NOTHING, NOTHING, NOTHING, payload), sequence, after);
    }

    private void control(StreamEntry entry, Frame.Parts parts, long sequence, Marks after) {
        reserve(parts.frameBytes(), 1);
        offsets[frames++] = size;
        int end = Frame.write(bytes, size, parts);
        Frame.place(bytes, size, entry.number, sequence, position, timeMicros);
        size = end;
        plan(entry, after);
    }

    private void plan(StreamEntry entry, Marks after) {
        entry.plan(after);
        touched.add(entry);
    }

    private void reserve(int moreBytes, int moreFrames) {
        if (bytes.length - size < moreBytes) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + moreBytes));
        }
        if (offsets.length - frames < moreFrames) {
            offsets = Arrays.copyOf(offsets, Math.max(offsets.length * 2, frames + moreFrames));
        }
    }

    /** What is to be committed, in arrays of its own. */
    CommitGroup toGroup() {
        return new CommitGroup(Arrays.copyOf(bytes, size), Arrays.copyOf(offsets, frames), position);
    }

    /** The group is committed: its marks become visible. Returns the streams whose readers have to be woken. */
    List<StreamEntry> publish() {
        committedPosition = position;
        Publication publication = new Publication();
        touched.forEach(entry -> entry.publish(publication));
        publication.happen();
        touched.forEach(Forks::letGo);
        idempotency.keep();
        List<StreamEntry> moved = List.copyOf(touched);
        clear();
        return moved;
    }

    /** The group is not committed: nothing of it ever was. */
    void rollBack() {
        position = committedPosition;
        touched.forEach(StreamEntry::rollBack);
        created.forEach(streams::remove);
        nextNumber -= created.size();
        idempotency.rollBack();
        clear();
    }

    long committedPosition() {
        return committedPosition;
    }

    private void clear() {
        size = 0;
        frames = 0;
        touched.clear();
        created.clear();
    }
}
