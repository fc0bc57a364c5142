package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Fork;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.backend.StreamState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * What a log must know before it reads a journal: who it is, its epoch, and the state of every stream at the last
 * checkpoint.
 *
 * <p>Everything up to {@code place} stands forced in the stream journals; recovery begins there. The bytes are
 * described in {@code docs/format.md}.
 *
 * @param clean whether the log was closed in order, so that nothing follows {@code place}
 */
record Manifest(UUID nodeId, long epoch, boolean clean, JournalPlace place, List<StreamState> streams) {
    private static final long MAGIC = 0x464E4D474F4C5846L; // "FXLOGMNF"
    private static final short VERSION = 1;
    private static final int HEADER_BYTES = 80;
    private static final int STREAM_BYTES = 32;
    private static final int CLEAN = 1;
    private static final int EXISTS = 1;
    private static final int SEALED = 2;
    private static final int FORK = 4;
    private static final int FORK_CURRENT = 8;
    private static final int CLOSING = 16;
    private static final int FORK_BYTES = 16;

    /** Bounds what a damaged length can make us allocate; enough for ten million streams. */
    static final int BYTES_MAX = 1 << 30;

    static Manifest create(UUID nodeId) {
        return new Manifest(nodeId, 0, true, JournalPlace.START, List.of());
    }

    Manifest nextEpoch() {
        return new Manifest(nodeId, epoch + 1, false, place, streams);
    }

    /** The same log as of a later place. */
    Manifest at(JournalPlace newPlace, Collection<StreamState> newStreams) {
        return new Manifest(nodeId, epoch, false, newPlace, List.copyOf(newStreams));
    }

    Manifest asClean() {
        return new Manifest(nodeId, epoch, true, place, streams);
    }

    byte[] encode() {
        int size = HEADER_BYTES;
        List<byte[]> names = new ArrayList<>(streams.size());
        for (StreamState stream : streams) {
            byte[] name = stream.name().getBytes(StandardCharsets.UTF_8);
            names.add(name);
            size = Math.addExact(size, STREAM_BYTES + name.length + stream.settings().length + extraBytes(stream));
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC)
                .putShort(VERSION)
                .putShort((short) (clean ? CLEAN : 0))
                .putInt(0);
        out.putLong(nodeId.getMostSignificantBits()).putLong(nodeId.getLeastSignificantBits());
        out.putLong(epoch).putLong(place.group()).putLong(place.position());
        out.putLong(place.segment()).putLong(place.offset());
        out.putInt(streams.size()).putInt(size);
        for (int i = 0; i < streams.size(); i++) {
            encode(streams.get(i), names.get(i), out);
        }
        return Checksum.sealAt(out.array(), 12);
    }

    private static int extraBytes(StreamState stream) {
        int closing = stream.closing().length;
        return (stream.fork().isNone() ? 0 : FORK_BYTES) + (closing == 0 ? 0 : 2 + closing);
    }

    private static int flags(StreamState stream) {
        return (stream.exists() ? EXISTS : 0)
                | (stream.sealed() ? SEALED : 0)
                | (stream.fork().isNone() ? 0 : FORK)
                | (stream.fork().current() ? FORK_CURRENT : 0)
                | (stream.closing().length == 0 ? 0 : CLOSING);
    }

    private static void encode(StreamState stream, byte[] name, ByteBuffer out) {
        out.putLong(stream.number()).putLong(stream.lowWaterMark()).putLong(stream.highWaterMark());
        out.putShort((short) flags(stream)).putShort((short) name.length).putInt(stream.settings().length);
        out.put(name).put(stream.settings());
        if (!stream.fork().isNone()) {
            out.putLong(stream.fork().source()).putLong(stream.fork().sequence());
        }
        if (stream.closing().length > 0) {
            out.putShort((short) stream.closing().length).put(stream.closing());
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
        if (in.getShort(8) != VERSION || (in.getShort(10) & ~CLEAN) != 0) {
            throw new StorageException(
                    StorageException.Kind.UNSUPPORTED_VERSION,
                    "manifest version " + in.getShort(8) + " with flags " + in.getShort(10));
        }
        JournalPlace place = new JournalPlace(in.getLong(56), in.getLong(64), in.getLong(40), in.getLong(48));
        int count = in.getInt(72);
        List<StreamState> streams = new ArrayList<>(count);
        in.position(HEADER_BYTES);
        for (int i = 0; i < count; i++) {
            streams.add(decodeStream(in));
        }
        return new Manifest(
                new UUID(in.getLong(16), in.getLong(24)), in.getLong(32), in.getShort(10) == CLEAN, place, streams);
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
