package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Fork;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a log must know before it reads a journal: who it is, its epoch, and the state of every stream at the last
 * checkpoint.
 *
 * <p>Everything up to {@code place} stands forced in the stream journals, but for the frames that are {@code
 * unapplied}; recovery begins there. The bytes are described in {@code docs/format.md}.
 *
 * @param clean whether the log was closed in order, so that nothing follows {@code place}
 * @param unapplied what the stream journals lack at {@code place}
 */
record Manifest(
        UUID nodeId, long epoch, boolean clean, JournalPlace place, Unapplied unapplied, List<StreamState> streams) {
    private static final long MAGIC = 0x464E4D474F4C5846L; // "FXLOGMNF"
    private static final short VERSION = 1;
    private static final int HEADER_BYTES = 80;
    private static final int STREAM_BYTES = 32;
    private static final int CLEAN = 1;
    private static final int UNAPPLIED = 2;
    private static final int EXISTS = 1;
    private static final int SEALED = 2;
    private static final int FORK = 4;
    private static final int FORK_CURRENT = 8;
    private static final int CLOSING = 16;
    private static final int LACKS_FRAMES = 32;
    private static final int FORK_BYTES = 16;
    private static final int PLACE_BYTES = 32;

    /** Bounds what a damaged length can make us allocate; enough for ten million streams. */
    static final int BYTES_MAX = 1 << 30;

    static Manifest create(UUID nodeId) {
        return new Manifest(nodeId, 0, true, JournalPlace.START, Unapplied.nothingAt(JournalPlace.START), List.of());
    }

    Manifest nextEpoch() {
        return new Manifest(nodeId, epoch + 1, false, place, unapplied, streams);
    }

    /** The same log as of a later place. */
    Manifest at(JournalPlace newPlace, Unapplied newUnapplied, Collection<StreamState> newStreams) {
        return new Manifest(nodeId, epoch, false, newPlace, newUnapplied, List.copyOf(newStreams));
    }

    Manifest asClean() {
        return new Manifest(nodeId, epoch, true, place, unapplied, streams);
    }

    byte[] encode() {
        int size = HEADER_BYTES + (unapplied.isEmpty() ? 0 : PLACE_BYTES);
        List<byte[]> names = new ArrayList<>(streams.size());
        for (StreamState stream : streams) {
            byte[] name = stream.name().getBytes(StandardCharsets.UTF_8);
            names.add(name);
            size = Math.addExact(size, STREAM_BYTES + name.length + stream.settings().length + extraBytes(stream));
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC)
                .putShort(VERSION)
                .putShort((short) ((clean ? CLEAN : 0) | (unapplied.isEmpty() ? 0 : UNAPPLIED)))
                .putInt(0);
        out.putLong(nodeId.getMostSignificantBits()).putLong(nodeId.getLeastSignificantBits());
        out.putLong(epoch);
        encode(place, out);
        out.putInt(streams.size()).putInt(size);
        if (!unapplied.isEmpty()) {
            encode(unapplied.from(), out);
        }
        for (int i = 0; i < streams.size(); i++) {
            encode(streams.get(i), names.get(i), out);
        }
        return Checksum.sealAt(out.array(), 12);
    }

    private static void encode(JournalPlace place, ByteBuffer out) {
        out.putLong(place.group()).putLong(place.position());
        out.putLong(place.segment()).putLong(place.offset());
    }

    private static JournalPlace decodePlace(ByteBuffer in) {
        long group = in.getLong();
        long position = in.getLong();
        return new JournalPlace(in.getLong(), in.getLong(), group, position);
    }

    private int extraBytes(StreamState stream) {
        int closing = stream.closing().length;
        return (stream.fork().isNone() ? 0 : FORK_BYTES)
                + (closing == 0 ? 0 : 2 + closing)
                + (lacksFrames(stream) ? 8 : 0);
    }

    private boolean lacksFrames(StreamState stream) {
        return unapplied.appliedThrough().containsKey(stream.number());
    }

    private int flags(StreamState stream) {
        return (stream.exists() ? EXISTS : 0)
                | (stream.sealed() ? SEALED : 0)
                | (stream.fork().isNone() ? 0 : FORK)
                | (stream.fork().current() ? FORK_CURRENT : 0)
                | (stream.closing().length == 0 ? 0 : CLOSING)
                | (lacksFrames(stream) ? LACKS_FRAMES : 0);
    }

    private void encode(StreamState stream, byte[] name, ByteBuffer out) {
        out.putLong(stream.number()).putLong(stream.lowWaterMark()).putLong(stream.highWaterMark());
        out.putShort((short) flags(stream)).putShort((short) name.length).putInt(stream.settings().length);
        out.put(name).put(stream.settings());
        if (!stream.fork().isNone()) {
            out.putLong(stream.fork().source()).putLong(stream.fork().sequence());
        }
        if (stream.closing().length > 0) {
            out.putShort((short) stream.closing().length).put(stream.closing());
        }
        Long appliedThrough = unapplied.appliedThrough().get(stream.number());
        if (appliedThrough != null) {
            out.putLong(appliedThrough);
        }
    }

    /** @throws StorageException {@code CORRUPT} or {@code UNSUPPORTED_VERSION}, without the file's name */
    static Manifest decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_BYTES || in.getLong(0) != MAGIC || in.getInt(76) != bytes.length) {
            throw new StorageException(StorageException.Kind.CORRUPT, "the manifest is cut or not a manifest");
        }
        if (!Checksum.matchesAt(bytes, 12)) {
            throw new StorageException(StorageException.Kind.CORRUPT, "the manifest's checksum does not match");
        }
        if (in.getShort(8) != VERSION || (in.getShort(10) & ~(CLEAN | UNAPPLIED)) != 0) {
            throw new StorageException(
                    StorageException.Kind.UNSUPPORTED_VERSION,
                    "manifest version " + in.getShort(8) + " with flags " + in.getShort(10));
        }
        JournalPlace place = decodePlace(in.position(40));
        int count = in.getInt(72);
        in.position(HEADER_BYTES);
        boolean isLacking = (in.getShort(10) & UNAPPLIED) != 0;
        JournalPlace from = isLacking ? decodePlace(in) : place;
        Map<Long, Long> appliedThrough = new HashMap<>();
        List<StreamState> streams = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean lacksFrames = (in.getShort(in.position() + 24) & LACKS_FRAMES) != 0;
            StreamState stream = decodeStream(in);
            streams.add(stream);
            if (lacksFrames) {
                appliedThrough.put(stream.number(), in.getLong());
            }
        }
        return new Manifest(
                new UUID(in.getLong(16), in.getLong(24)),
                in.getLong(32),
                (in.getShort(10) & CLEAN) != 0,
                place,
                new Unapplied(from, appliedThrough),
                streams);
    }

    private static StreamState decodeStream(ByteBuffer in) {
        long number = in.getLong();
        long low = in.getLong();
        long high = in.getLong();
        int flags = in.getShort();
        byte[] name = new byte[in.getShort() & 0xFFFF];
        byte[] settings = new byte[in.getInt()];
        in.get(name).get(settings);
        Fork fork = (flags & FORK) == 0 ? Fork.NONE : new Fork(in.getLong(), in.getLong(), (flags & FORK_CURRENT) != 0);
        byte[] closing = new byte[(flags & CLOSING) == 0 ? 0 : in.getShort() & 0xFFFF];
        in.get(closing);
        String text = new String(name, StandardCharsets.UTF_8);
        boolean exists = (flags & EXISTS) != 0;
        boolean sealed = (flags & SEALED) != 0;
        return new StreamState(number, text, exists, sealed, low, high, settings, fork, closing);
    }
}
