package dev.fluxlog.chronicle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What was mended while the log is open: whoever mends notes it, whoever asks for the status is told. Thread-safe. */
final class MendedNotes {
    /** Most notes that are told, the newest ones; one more counts the others. */
    static final int NOTES_MAX = 8;

    // All guarded by this.
    private final Deque<String> newest = new ArrayDeque<>();
    private long others;

    synchronized void add(String what) {
        newest.addLast("mended while the log is open: " + what);
        if (newest.size() > NOTES_MAX) {
            newest.removeFirst();
            others++;
        }
    }

    synchronized List<String> told() {
        List<String> told = new ArrayList<>(newest);
        if (others > 0) {
            told.add("and " + others + " more were mended before");
        }
        return told;
    }
}
