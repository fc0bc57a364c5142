package dev.fluxlog;

import dev.fluxlog.backend.Fork;
import dev.fluxlog.backend.StreamState;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * All streams ever created, by name. Readers look up from any thread; only the writer thread adds.
 *
 * <p>An entry stays for ever once its creation is committed, deleted or not, because its numbers must not be given
 * again. Until then its marks say that the stream does not exist.
 */
final class StreamTable {
    private final Map<String, StreamEntry> byName = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, StreamEntry> sorted = new ConcurrentSkipListMap<>();
    private final Map<Long, StreamEntry> byNumber = new ConcurrentHashMap<>();

    /** @param nowMicros when the log is opened, which counts as use of every stream */
    StreamTable(Collection<StreamState> states, long nowMicros) {
        for (StreamState state : states) {
            add(new StreamEntry(state.number(), state.name(), Marks.NEVER_EXISTED));
        }
        for (StreamState state : states) {
            StreamEntry entry = byNumber.get(state.number());
            if (entry != null) {
                entry.use(nowMicros);
                entry.restore(Marks.of(state, shared(state.fork())));
            }
        }
        all().forEach(Forks::letGo);
    }

    private @Nullable Shared shared(Fork fork) {
        StreamEntry source = byNumber.get(fork.source());
        return source == null ? null : new Shared(source, fork.sequence(), fork.current());
    }

    @Nullable
    StreamEntry find(String name) {
        return byName.get(name);
    }

    /** The committed, existing stream of that name; one whose time is over does not exist any more. */
    StreamEntry existing(String name, long nowMicros) {
        StreamEntry entry = byName.get(name);
        if (entry == null) {
            throw new LogException.UnknownStream(name);
        }
        Marks marks = entry.marks();
        if (!marks.exists() || entry.isExpired(marks, nowMicros)) {
            throw new LogException.UnknownStream(name, entry.isShared());
        }
        return entry;
    }

    @Nullable
    StreamEntry numbered(long number) {
        return byNumber.get(number);
    }

    /** Name for a failure report; empty for a number that is not known. */
    String nameOf(long number) {
        StreamEntry entry = byNumber.get(number);
        return entry == null ? "" : entry.name;
    }

    void add(StreamEntry entry) {
        byName.put(entry.name, entry);
        byNumber.put(entry.number, entry);
        sorted.put(entry.name, entry);
    }

    void remove(StreamEntry entry) {
        byName.remove(entry.name);
        byNumber.remove(entry.number);
        sorted.remove(entry.name);
    }

    long highestNumber() {
        return byNumber.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    Collection<StreamEntry> all() {
        return sorted.values();
    }

    /** Entries in order of their names, from a name on. */
    Collection<StreamEntry> from(String name, boolean inclusive) {
        return sorted.tailMap(name, inclusive).values();
    }
}
