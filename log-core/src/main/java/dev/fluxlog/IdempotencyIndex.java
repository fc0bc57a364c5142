package dev.fluxlog;

import dev.fluxlog.backend.Frame;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which idempotency keys the newest events of each stream came with.
 *
 * <p>Problem: a repeat must be recognised after a restart too, without reading every stream at open. Idea: the keys are
 * stored in the events; the window of a stream is read from its journal when a keyed append first needs it, and kept
 * while the bound on all keys allows. A window that is dropped is only read again.
 *
 * <p>Invariants: a window in memory holds exactly the keys whose append lies whole within the newest {@code
 * idempotencyEventsMax} readable events; what a group adds is undone when the group is not committed. It does not
 * remember keys of trimmed events. Owned by the writer thread.
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
        Marks marks = entry.pending();
        boolean inWindow = found != null && found.first() >= marks.low() && found.first() > marks.high() - eventsMax;
        return inWindow ? found : null;
    }

    void remember(StreamEntry entry, String key, Remembered append) {
        Window window = window(entry);
        window.put(key, append);
        changed.add(entry);
        Iterator<Remembered> oldest = window.byKey.values().iterator();
        while (oldest.hasNext() && oldest.next().first() <= append.last() - eventsMax) {
            oldest.remove();
            keys--;
        }
        makeRoom(entry);
    }

    void forget(StreamEntry entry) {
        Window dropped = windows.remove(entry);
        if (dropped != null) {
            keys -= dropped.byKey.size();
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
                keys -= next.getValue().byKey.size();
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
        long sequence = Math.max(marks.low(), marks.high() - eventsMax + 1);
        Partial partial = null;
        while (sequence <= marks.high()) {
            for (Frame frame : journal.frames(entry, sequence, marks.high(), READ_FRAMES, READ_BYTES)) {
                if (frame.isFirst()) {
                    String key = EventCodec.idempotencyKey(frame);
                    partial = key.isEmpty() ? null : new Partial(key, frame.sequence(), EncodedAppend.sha256());
                }
                if (partial != null) {
                    frame.digestContent(partial.digest());
                    if (frame.isLast()) {
                        window.put(partial.key(), partial.end(frame));
                        partial = null;
                    }
                }
                sequence = frame.sequence() + 1;
            }
        }
    }

    /** An append whose frames are still being read. */
    private record Partial(String key, long first, MessageDigest digest) {
        Remembered end(Frame last) {
            return new Remembered(first, last.sequence(), last.position(), digest.digest());
        }
    }

    private final class Window {
        /** In order of sequence. */
        final LinkedHashMap<String, Remembered> byKey = new LinkedHashMap<>();

        void put(String key, Remembered append) {
            // A key that fell out of the window may come again: it then stands at its new place in the order.
            if (byKey.remove(key) == null) {
                keys++;
            }
            byKey.put(key, append);
        }
    }

    /** For tests and status: keys in memory over all streams. */
    int keys() {
        return keys;
    }
}
