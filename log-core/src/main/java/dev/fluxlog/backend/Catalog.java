package dev.fluxlog.backend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The state of all streams as a pure fold over committed frames.
 *
 * <p>Problem: marks, seals and names must survive like events do, with one commit point for both. Idea: they are
 * control frames in the same commit groups, and whoever needs the state folds the groups through this one class, so a
 * replay from disk and the running process cannot disagree.
 *
 * <p>Invariants: a name keeps its number for ever; a high-water mark never falls, also not by deletion; sequences are
 * dense, and a frame that is not the next one of its stream is refused. It does no IO and is confined to one thread.
 */
public final class Catalog {
    /** A name comes into being, again or for the first time. Payload: the name in UTF-8. Sequence: high-water mark. */
    public static final String CREATED = "created";

    /**
     * A name that never held an event comes into being with the events of another stream, which it shares. Payload:
     * number of that stream and the low-water mark, i64 each, little endian, then the name in UTF-8. Sequence: the last
     * shared one.
     */
    public static final String FORKED = "forked";

    /** Settings are replaced. Payload: the settings. Sequence: high-water mark. */
    public static final String CONFIGURED = "configured";

    /** Everything below is gone. Sequence: the new low-water mark. */
    public static final String TRIMMED = "trimmed";

    /** No appends any more. Sequence: high-water mark. Origin: that of the append that ended it, if it had one. */
    public static final String SEALED = "sealed";

    /**
     * Numbers were given to events that are lost, and are not given again. Sequence: the last of them. Payload: the first,
     * i64, little endian. Of stream 0 the numbers are positions.
     */
    public static final String LOST = "lost";

    /** The stream is gone, its numbers are not given again. Sequence: high-water mark. */
    public static final String DELETED = "deleted";

    private final Map<Long, StreamState> streams = new LinkedHashMap<>();
    private final Sharing sharing = new Sharing(streams::get);
    private long position;

    public Catalog() {}

    /** Continues from a stored state. */
    public Catalog(long position, Collection<StreamState> states) {
        this.position = position;
        for (StreamState state : states) {
            streams.put(state.number(), state);
        }
        states.forEach(sharing::add);
        states.forEach(state -> sharing.release(state.number()));
    }

    public void apply(CommitGroup group) {
        for (int i = 0; i < group.frameCount(); i++) {
            apply(group.frame(i));
        }
    }

    /** @throws StorageException {@code CORRUPT} when the frame does not fit the state before it */
    public void apply(Frame frame) {
        if (frame.isControl()) {
            applyControl(frame);
        } else {
            applyEvent(frame);
        }
    }

    private void applyEvent(Frame frame) {
        StreamState state = existing(frame);
        require(frame.sequence() == state.highWaterMark() + 1, frame, "is not the next of its stream");
        require(frame.position() == position + 1, frame, "is not at the next position " + (position + 1));
        position = frame.position();
        streams.put(state.number(), state.through(frame.sequence()));
    }

    private void applyControl(Frame frame) {
        require(frame.position() == position, frame, "is not at position " + position);
        switch (frame.type()) {
            case CREATED -> create(frame);
            case FORKED -> fork(frame);
            case CONFIGURED -> replace(frame, state -> true, existing(frame).with(frame.payload()));
            case TRIMMED ->
                replace(
                        frame,
                        state -> frame.sequence() >= state.lowWaterMark()
                                && frame.sequence() <= state.highWaterMark() + 1,
                        existing(frame));
            case SEALED -> replace(frame, state -> true, existing(frame).asSealed(frame.origin()));
            case DELETED -> replace(frame, state -> true, existing(frame).asDeleted());
            case LOST -> lose(frame);
            default -> throw StorageException.unsupportedVersion("catalog change '" + frame.type() + "'");
        }
    }

    private void create(Frame frame) {
        StreamState before = streams.get(frame.stream());
        String name = new String(frame.payload(), StandardCharsets.UTF_8);
        require(before == null || (!before.exists() && before.name().equals(name)), frame, "creates what exists");
        long high = before == null ? 0 : before.highWaterMark();
        Fork fork = before == null ? Fork.NONE : before.fork();
        streams.put(frame.stream(), StreamState.created(frame.stream(), name, high, fork));
    }

    private void fork(Frame frame) {
        ForkPayload payload = ForkPayload.decode(frame);
        StreamState before = streams.get(frame.stream());
        boolean unused = before == null
                || (!before.exists()
                        && before.highWaterMark() == 0
                        && before.name().equals(payload.name()));
        require(unused, frame, "forks to a name in use");
        StreamState source = streams.get(payload.source());
        boolean shareable = source != null
                && source.exists()
                && payload.lowWaterMark() >= source.lowWaterMark()
                && payload.lowWaterMark() <= frame.sequence() + 1
                && frame.sequence() <= source.highWaterMark();
        require(shareable, frame, "shares what its source does not have");
        Fork fork = new Fork(payload.source(), frame.sequence(), true);
        StreamState state = StreamState.forked(frame.stream(), payload.name(), fork, payload.lowWaterMark());
        streams.put(frame.stream(), state);
        sharing.add(state);
    }

    private void lose(Frame frame) {
        StreamState state = streams.get(frame.stream());
        require(frame.stream() == 0 || state != null, frame, "belongs to no stream there ever was");
        long before = state == null ? position : state.highWaterMark();
        boolean next = firstLost(frame) == before + 1 && frame.sequence() > before;
        require(next, frame, "does not follow the numbers that were given");
        if (state == null) {
            position = frame.sequence();
        } else {
            streams.put(
                    state.number(), state.exists() ? state.through(frame.sequence()) : state.past(frame.sequence()));
        }
    }

    /** First of the numbers that a change of the kind {@link #LOST} is about; the last is its sequence. */
    public static long firstLost(Frame frame) {
        require(frame.payload().length == Long.BYTES, frame, "does not tell what was lost");
        return ByteBuffer.wrap(frame.payload()).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private void replace(Frame frame, Predicate<StreamState> fits, StreamState after) {
        require(fits.test(after), frame, "does not fit the marks of its stream");
        streams.put(frame.stream(), frame.type().equals(TRIMMED) ? after.from(frame.sequence()) : after);
        sharing.release(frame.stream());
    }

    private StreamState existing(Frame frame) {
        StreamState state = streams.get(frame.stream());
        if (state == null || !state.exists()) {
            throw StorageException.corrupt(frame + " belongs to no stream there is")
                    .at(frame.stream(), frame.sequence());
        }
        return state;
    }

    private static void require(boolean condition, Frame frame, String otherwise) {
        if (!condition) {
            throw StorageException.corrupt(frame + " " + otherwise).at(frame.stream(), frame.sequence());
        }
    }

    /**
     * The lowest sequence of a stream whose event must be kept, for itself or for a fork that shares it; {@code
     * highWaterMark + 1} when none has to be. A backend gives back what lies below, and nothing else.
     */
    public long lowestNeeded(long stream) {
        return sharing.lowestNeeded(stream);
    }

    /** The stream and those it shares events of: what may have space to give back when the stream gives up events. */
    public List<Long> lineage(long stream) {
        return sharing.lineage(stream);
    }

    /** Highest position folded so far. */
    public long position() {
        return position;
    }

    /** A live, unmodifiable view in order of first creation. */
    public Collection<StreamState> streams() {
        return Collections.unmodifiableCollection(streams.values());
    }

    /** The state of a stream, or of a stream that nothing is known of: number 0 is never used. */
    public java.util.Optional<StreamState> stream(long number) {
        return java.util.Optional.ofNullable(streams.get(number));
    }
}
