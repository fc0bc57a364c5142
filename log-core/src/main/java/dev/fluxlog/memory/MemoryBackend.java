package dev.fluxlog.memory;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Frames in sorted maps, one per stream.
 *
 * <p>It is the reference for durable backends: the same catalog fold, the same checked frames, no files and no recovery
 * to go wrong. Trimmed frames are given back by the next commit: until then a reader may not know of the trim.
 */
public final class MemoryBackend implements Backend {
    private final Map<Long, ConcurrentSkipListMap<Long, Frame>> journals = new ConcurrentHashMap<>();

    /** The order of commit: runs by the position of their first event. */
    private final ConcurrentSkipListMap<Long, Run> order = new ConcurrentSkipListMap<>();

    /** Owned by the writer thread. */
    private final Catalog catalog = new Catalog();

    /** Streams whose marks the last commit has moved; owned by the writer thread. */
    private final Set<Long> moved = new HashSet<>();

    @Override
    public Level durability() {
        return Level.MEMORY;
    }

    @Override
    public Recovery recover() {
        return new Recovery(catalog.position(), List.copyOf(catalog.streams()), List.of());
    }

    @Override
    public void commit(CommitGroup group) {
        moved.forEach(this::drop);
        moved.clear();
        group.runs().forEach(run -> order.put(run.position(), run));
        for (Frame frame : group.frames()) {
            catalog.apply(frame);
            if (frame.isControl()) {
                moved.addAll(catalog.lineage(frame.stream()));
            } else {
                journals.computeIfAbsent(frame.stream(), number -> new ConcurrentSkipListMap<>())
                        .put(frame.sequence(), frame);
            }
        }
    }

    private void drop(long stream) {
        ConcurrentSkipListMap<Long, Frame> journal = journals.get(stream);
        if (journal != null) {
            journal.headMap(catalog.lowestNeeded(stream)).clear();
        }
    }

    @Override
    public List<Frame> read(ReadRequest request) {
        List<Frame> frames = new ArrayList<>();
        if (request.isEmpty()) {
            return frames;
        }
        long bytes = 0;
        for (Frame frame : range(request)) {
            long expected = request.sequence() + (request.isForward() ? frames.size() : -frames.size());
            boolean full = frames.size() == request.framesMax() || bytes + frame.length() > request.bytesMax();
            if (frame.sequence() != expected || (full && !frames.isEmpty())) {
                break;
            }
            frames.add(frame);
            bytes += frame.length();
        }
        if (frames.isEmpty()) {
            throw new StorageException(StorageException.Kind.CORRUPT, "there is no such frame")
                    .at(request.stream(), request.sequence());
        }
        return frames;
    }

    private Iterable<Frame> range(ReadRequest request) {
        ConcurrentSkipListMap<Long, Frame> journal = journals.get(request.stream());
        if (journal == null) {
            return List.of();
        }
        return request.isForward()
                ? journal.subMap(request.sequence(), true, request.through(), true)
                        .values()
                : journal.subMap(request.through(), true, request.sequence(), true)
                        .descendingMap()
                        .values();
    }

    @Override
    public List<Run> runs(long position, long through, int runsMax) {
        List<Run> found = new ArrayList<>();
        Map.Entry<Long, Run> next = position > through ? null : order.floorEntry(position);
        while (next != null && next.getKey() <= through && found.size() < runsMax) {
            Run run = next.getValue().from(Math.max(position, next.getKey()));
            found.add(run.end() - 1 <= through ? run : run.through(through));
            next = order.higherEntry(next.getKey());
        }
        return found;
    }

    @Override
    public void close() {
        // Nothing outlives the process, and a reader may still hold frames.
    }
}
