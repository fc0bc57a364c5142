package dev.fluxlog;

import dev.fluxlog.backend.Frame;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which idempotency keys, producers and ordinals the newest events of each stream came with.
 *
 * <p>Problem: a repeat must be recognised after a restart too, without reading every stream at open. Idea: they are
 * stored in the events; the window of a stream is read from its journal when an append first needs it, and kept while
 * the bound on all keys allows. A window that is dropped is only read again.
 *
 * <p>Invariants: a window in memory holds exactly what came with appends that lie whole within the newest {@code
 * idempotencyEventsMax} readable events that the stream does not share with the one it was forked from; what a group
 * adds is undone when the group is not committed. It does not remember trimmed events. Owned by the writer thread.
 */
final class IdempotencyIndex {
    private static final int READ_FRAMES = 1024;
    private static final int READ_BYTES = 1 << 20;

    private final JournalReader journal;
    private final int eventsMax;
    private final int keysMax;

    /** Least recently used first. */
    private final LinkedHashMap<StreamEntry, Window> windows = new LinkedHashMap<>(16, 0.75f, true);

    private final Set<StreamEntry> changed = new HashSet<>();
    private int keys;

    IdempotencyIndex(JournalReader journal, LogOptions options) {
        this.journal = journal;
        this.eventsMax = options.idempotencyEventsMax();
        this.keysMax = options.idempotencyKeysMax();
    }

    /** An append that came with a key. */
    record Remembered(long first, long last, long position, byte[] digest) {}

    /** The append that came with this key, or null when it is not known (any more). */
    @Nullable
    Remembered find(StreamEntry entry, String key) {
        Remembered found = window(entry).byKey.get(key);
        return found != null && isKnown(entry, found.first()) ? found : null;
    }

    /** The append with this number, or null when it is not known (any more). */
    @Nullable
    Remembered find(StreamEntry entry, Producer producer) {
        Remembered found = window(entry).byNumber.get(producer);
        return found != null && isKnown(entry, found.first()) ? found : null;
    }

    /** The newest number of a producer, or null when none is known (any more). */
    @Nullable
    Producer newest(StreamEntry entry, String producerId) {
        Producer closedBy = entry.pending().closedBy();
        if (closedBy.id().equals(producerId)) {
            return closedBy;
        }
        Newest<Producer> found = window(entry).producers.get(producerId);
        return found != null && isKnown(entry, found.first()) ? found.value() : null;
    }

    /** The newest ordinal, empty when none is known (any more). */
    String ordinal(StreamEntry entry) {
        Newest<String> found = window(entry).ordinal;
        return isKnown(entry, found.first()) ? found.value() : "";
    }

    private boolean isKnown(StreamEntry entry, long first) {
        Marks marks = entry.pending();
        return first >= marks.firstOwn() && first > marks.high() - eventsMax;
    }

    void remember(StreamEntry entry, Origin origin, Remembered append) {
        Window window = window(entry);
        window.put(origin, append);
        changed.add(entry);
        window.drop(append.last() - eventsMax);
        makeRoom(entry);
    }

    void forget(StreamEntry entry) {
        Window dropped = windows.remove(entry);
        if (dropped != null) {
            keys -= dropped.size();
        }
    }

    /** The group is committed. */
    void keep() {
        changed.clear();
    }

    /** The group is not committed: what it touched is read from the journal when it is needed again. */
    void rollBack() {
        changed.forEach(this::forget);
        changed.clear();
    }

    private void makeRoom(StreamEntry keep) {
        Iterator<Map.Entry<StreamEntry, Window>> oldest = windows.entrySet().iterator();
        while (keys > keysMax && oldest.hasNext()) {
            Map.Entry<StreamEntry, Window> next = oldest.next();
            // What this group changed is not in the journal yet and could not be read back.
            if (next.getKey() != keep && !changed.contains(next.getKey())) {
                keys -= next.getValue().size();
                oldest.remove();
            }
        }
    }

    private Window window(StreamEntry entry) {
        Window window = windows.get(entry);
        if (window == null) {
            window = new Window();
            load(entry, window);
            windows.put(entry, window);
        }
        return window;
    }

    private void load(StreamEntry entry, Window window) {
        Marks marks = entry.marks();
        long sequence = Math.max(marks.firstOwn(), marks.high() - eventsMax + 1);
        Partial partial = null;
        while (sequence <= marks.high()) {
            List<Frame> found = journal.survivors(entry, sequence, marks.high(), READ_FRAMES, READ_BYTES);
            if (found.isEmpty()) {
                break;
            }
            if (found.get(0).sequence() != sequence) {
                // An append that lost an event cannot be compared with its repetition.
                partial = null;
            }
            for (Frame frame : found) {
                if (frame.isFirst()) {
                    Origin origin = Origin.of(frame);
                    partial = origin.isNone() ? null : new Partial(origin, frame.sequence(), EncodedAppend.sha256());
                }
                if (partial != null) {
                    partial.add(frame);
                    if (frame.isLast()) {
                        window.put(partial.origin(), partial.end(frame));
                        partial = null;
                    }
                }
                sequence = frame.sequence() + 1;
            }
        }
    }

    /** An append whose frames are still being read. */
    private record Partial(Origin origin, long first, MessageDigest digest) {
        void add(Frame frame) {
            if (!origin.idempotencyKey().isEmpty()) {
                EventCodec.digest(frame, digest);
            }
        }

        Remembered end(Frame last) {
            return new Remembered(first, last.sequence(), last.position(), digest.digest());
        }
    }

    /** What came last, with the first event of the append it came with. */
    private record Newest<T>(T value, long first) {}

    /** All in order of sequence. */
    private final class Window {
        final LinkedHashMap<String, Remembered> byKey = new LinkedHashMap<>();
        final LinkedHashMap<Producer, Remembered> byNumber = new LinkedHashMap<>();
        final LinkedHashMap<String, Newest<Producer>> producers = new LinkedHashMap<>();
        Newest<String> ordinal = new Newest<>("", 0);

        void put(Origin origin, Remembered append) {
            if (!origin.idempotencyKey().isEmpty()) {
                put(byKey, origin.idempotencyKey(), append);
            }
            if (!origin.producer().isNone()) {
                put(byNumber, origin.producer(), append);
                put(producers, origin.producer().id(), new Newest<>(origin.producer(), append.first()));
            }
            if (!origin.ordinal().isEmpty()) {
                ordinal = new Newest<>(origin.ordinal(), append.first());
            }
        }

        private <K, V> void put(LinkedHashMap<K, V> map, K key, V value) {
            // A key that fell out of the window may come again: it then stands at its new place in the order.
            if (map.remove(key) == null) {
                keys++;
            }
            map.put(key, value);
        }

        /** What came with an append that begins there or before. */
        void drop(long through) {
            drop(byKey.values().iterator(), Remembered::first, through);
            drop(byNumber.values().iterator(), Remembered::first, through);
            drop(producers.values().iterator(), Newest::first, through);
        }

        private <V> void drop(Iterator<V> oldest, ToLongFunction<V> first, long through) {
            while (oldest.hasNext() && first.applyAsLong(oldest.next()) <= through) {
                oldest.remove();
                keys--;
            }
        }

        int size() {
            return byKey.size() + byNumber.size() + producers.size();
        }
    }

    /** For tests and status: keys in memory over all streams. */
    int keys() {
        return keys;
    }
}
