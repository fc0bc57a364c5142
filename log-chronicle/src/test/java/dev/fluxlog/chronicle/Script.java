package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.StreamState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the engine does above a backend, as far as these tests need it: numbers frames, puts them into groups, and keeps a
 * ledger of what was acknowledged.
 */
final class Script {
    private static final byte[] NONE = {};

    private final Map<Long, Long> highWaterMarks = new HashMap<>();
    private final Map<Long, List<String>> ledger = new LinkedHashMap<>();
    private long position;
    private @org.jspecify.annotations.Nullable CommitGroup last;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Integer> offsets = new ArrayList<>();
    private final List<Runnable> whenAcknowledged = new ArrayList<>();

    Script create(long stream) {
        return control(stream, Catalog.CREATED, high(stream), ("stream-" + stream).getBytes(StandardCharsets.UTF_8));
    }

    Script control(long stream, String type, long sequence, byte[] payload) {
        add(stream, sequence, Frame.CONTROL, type, payload, position);
        highWaterMarks.putIfAbsent(stream, 0L);
        return this;
    }

    Script append(long stream, String... payloads) {
        for (String payload : payloads) {
            append(stream, payload.getBytes(StandardCharsets.UTF_8));
            whenAcknowledged.add(
                    () -> ledger.computeIfAbsent(stream, s -> new ArrayList<>()).add(payload));
        }
        return this;
    }

    private void append(long stream, byte[] payload) {
        long sequence = high(stream) + 1;
        highWaterMarks.put(stream, sequence);
        position++;
        add(stream, sequence, Frame.FIRST | Frame.LAST, "event", payload, position);
    }

    private void add(long stream, long sequence, int flags, String type, byte[] payload, long at) {
        Frame.Parts parts = new Frame.Parts(flags, type.getBytes(StandardCharsets.UTF_8), NONE, NONE, NONE, payload);
        byte[] frame = new byte[parts.frameBytes()];
        Frame.write(frame, 0, parts);
        Frame.place(frame, 0, stream, sequence, at, 1_000_000L + at);
        offsets.add(bytes.size());
        bytes.writeBytes(frame);
    }

    long high(long stream) {
        return highWaterMarks.getOrDefault(stream, 0L);
    }

    long position() {
        return position;
    }

    CommitGroup group() {
        CommitGroup group = new CommitGroup(
                bytes.toByteArray(),
                offsets.stream().mapToInt(Integer::intValue).toArray(),
                position);
        bytes.reset();
        offsets.clear();
        last = group;
        return group;
    }

    /** The group that was committed, or refused, last. */
    CommitGroup lastGroup() {
        return java.util.Objects.requireNonNull(last);
    }

    /** Commits what was added; it stands in the ledger when that has returned. */
    Script commit(Backend backend) {
        backend.commit(group());
        return acknowledge();
    }

    /** The last group is committed. */
    Script acknowledge() {
        whenAcknowledged.forEach(Runnable::run);
        whenAcknowledged.clear();
        return this;
    }

    /** Takes up numbering where the recovered log stands, like an engine that opens it. */
    void resume(Recovery recovery) {
        position = recovery.position();
        highWaterMarks.clear();
        for (StreamState stream : recovery.streams()) {
            highWaterMarks.put(stream.number(), stream.highWaterMark());
        }
        bytes.reset();
        offsets.clear();
        whenAcknowledged.clear();
    }

    /** A write whose outcome nobody learned may be there as a whole: from now on it counts as acknowledged. */
    void adopt(Backend backend) {
        for (Map.Entry<Long, List<String>> entry : ledger.entrySet()) {
            List<String> there = read(backend, entry.getKey(), 1, high(entry.getKey()));
            List<String> known = entry.getValue();
            if (there.size() < known.size() || !there.subList(0, known.size()).equals(known)) {
                throw new AssertionError("acknowledged " + known + ", found " + there);
            }
            entry.setValue(new ArrayList<>(there));
        }
    }

    List<String> acknowledged(long stream) {
        return ledger.getOrDefault(stream, List.of());
    }

    java.util.Set<Long> streams() {
        return ledger.keySet();
    }

    static List<String> read(Backend backend, long stream, long from, long through) {
        List<String> payloads = new ArrayList<>();
        long next = from;
        while (next <= through) {
            List<Frame> frames =
                    backend.read(new ReadRequest(stream, next, through, ReadRequest.Direction.FORWARD, 1_000, 1 << 20));
            for (Frame frame : frames) {
                if (frame.sequence() != next++) {
                    throw new AssertionError("expected sequence " + (next - 1) + ", got " + frame);
                }
                payloads.add(new String(frame.payload(), StandardCharsets.UTF_8));
            }
        }
        return payloads;
    }

    static List<String> readBackward(Backend backend, long stream, long from, long through) {
        List<String> payloads = new ArrayList<>();
        long next = from;
        while (next >= through) {
            for (Frame frame : backend.read(
                    new ReadRequest(stream, next, through, ReadRequest.Direction.BACKWARD, 1_000, 1 << 20))) {
                if (frame.sequence() != next--) {
                    throw new AssertionError("expected sequence " + (next + 1) + ", got " + frame);
                }
                payloads.add(new String(frame.payload(), StandardCharsets.UTF_8));
            }
        }
        return payloads;
    }
}
