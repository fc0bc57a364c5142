package dev.fluxlog.chronicle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The readers of one journal: few, each lent to one thread at a time, and kept where they stand.
 *
 * <p>A reader that stands at the wanted sequence is preferred, so a subscriber that reads on does not search again. When
 * all are lent, {@link #take} waits: a read is short.
 */
final class ReaderPool implements AutoCloseable {
    static final int READERS_MAX = 8;

    private final Supplier<JournalReader> make;
    private final List<JournalReader> idle = new ArrayList<>();
    private int lent;

    ReaderPool(Supplier<JournalReader> make) {
        this.make = make;
    }

    synchronized JournalReader take(long sequence) {
        while (idle.isEmpty() && lent >= READERS_MAX) {
            Threads.await(this, 0);
        }
        JournalReader reader = idleAt(sequence);
        if (reader == null) {
            reader = idle.size() + lent < READERS_MAX ? make.get() : idle.remove(0);
        }
        lent++;
        return reader;
    }

    private @org.jspecify.annotations.Nullable JournalReader idleAt(long sequence) {
        for (int i = idle.size() - 1; i >= 0; i--) {
            if (idle.get(i).standsAt(sequence)) {
                return idle.remove(i);
            }
        }
        return null;
    }

    synchronized void giveBack(JournalReader reader) {
        lent--;
        idle.add(reader);
        notifyAll();
    }

    /** Nothing is lent any more when this is called. */
    @Override
    public synchronized void close() {
        idle.forEach(JournalReader::close);
        idle.clear();
    }
}
