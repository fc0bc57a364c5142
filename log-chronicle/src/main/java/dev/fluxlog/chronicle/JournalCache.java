package dev.fluxlog.chronicle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens stream journals when they are used and closes the longest unused above a budget.
 *
 * <p>An entry is pinned while a thread uses its journal; only unpinned ones are closed, and each is opened and closed
 * outside the lock by one thread while the others wait for that entry alone. When everything is pinned the budget is
 * exceeded by as many journals as there are threads at work.
 */
final class JournalCache implements AutoCloseable {
    private final int openMax;
    private final Opener opener;

    // Guarded by this; in order of last use.
    private final Map<Long, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    /** Opens a journal that takes excerpts of at least this size. */
    interface Opener {
        StreamJournal open(long stream, int excerptBytes);
    }

    private static final class Entry {
        @Nullable
        StreamJournal journal;

        int pins;
        boolean leaving;
    }

    JournalCache(int openMax, Opener opener) {
        this.openMax = openMax;
        this.opener = opener;
    }

    /**
     * Uses the journal of a stream, opening it if need be.
     *
     * @param excerptBytes the largest excerpt that will be appended; 0 to read
     */
    <T> T use(long stream, int excerptBytes, Function<StreamJournal, T> work) {
        Entry entry = pin(stream, excerptBytes);
        try {
            return work.apply(java.util.Objects.requireNonNull(entry.journal));
        } finally {
            unpin(entry);
        }
    }

    void write(long stream, int excerptBytes, Consumer<StreamJournal> work) {
        use(stream, excerptBytes, journal -> {
            work.accept(journal);
            return true;
        });
    }

    private Entry pin(long stream, int excerptBytes) {
        while (true) {
            Entry entry;
            synchronized (this) {
                if (closed) {
                    throw new IllegalStateException("the log is closed");
                }
                entry = entries.get(stream);
                if (entry == null) {
                    entry = new Entry();
                    entry.pins = 1;
                    entries.put(stream, entry);
                } else if (entry.leaving || entry.journal == null) {
                    Threads.await(this, 0);
                    continue;
                } else if (excerptBytes == 0
                        || entry.journal.excerptBytesMax() >= excerptBytes && !entry.journal.hasOutgrownItsBlocks()) {
                    entry.pins++;
                    return entry;
                }
            }
            if (entry.journal != null) {
                // Open for smaller excerpts than are wanted now, or in blocks that are too small by now.
                retire(stream);
                continue;
            }
            open(stream, excerptBytes, entry);
            shrink();
            return entry;
        }
    }

    private void open(long stream, int excerptBytes, Entry entry) {
        StreamJournal journal = null;
        try {
            journal = opener.open(stream, excerptBytes);
        } finally {
            synchronized (this) {
                entry.journal = journal;
                if (journal == null) {
                    entries.remove(stream);
                }
                notifyAll();
            }
        }
    }

    private synchronized void unpin(Entry entry) {
        entry.pins--;
        notifyAll();
    }

    private void shrink() {
        while (true) {
            Long longestUnused = null;
            synchronized (this) {
                if (entries.size() <= openMax) {
                    return;
                }
                for (Map.Entry<Long, Entry> candidate : entries.entrySet()) {
                    if (candidate.getValue().pins == 0 && !candidate.getValue().leaving) {
                        longestUnused = candidate.getKey();
                        break;
                    }
                }
            }
            if (longestUnused == null) {
                return;
            }
            retire(longestUnused);
        }
    }

    /** Closes the journal of a stream as soon as nobody uses it; returns when it is closed. */
    void retire(long stream) {
        Entry entry;
        synchronized (this) {
            entry = entries.get(stream);
            if (entry == null) {
                return;
            }
            if (entry.leaving) {
                while (entries.get(stream) == entry) {
                    Threads.await(this, 0);
                }
                return;
            }
            entry.leaving = true;
            while (entry.pins > 0) {
                Threads.await(this, 0);
            }
        }
        try {
            if (entry.journal != null) {
                entry.journal.close();
            }
        } finally {
            synchronized (this) {
                entries.remove(stream);
                notifyAll();
            }
        }
    }

    synchronized int openCount() {
        return entries.size();
    }

    @Override
    public void close() {
        Long[] streams;
        synchronized (this) {
            closed = true;
            streams = entries.keySet().toArray(new Long[0]);
        }
        RuntimeException failure = null;
        for (long stream : streams) {
            try {
                retire(stream);
            } catch (RuntimeException e) {
                // The others hold files too.
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
