package dev.fluxlog.chronicle;

import java.util.Map;

/**
 * What the stream journals lack at a checkpoint: frames that stand in the commit journal only.
 *
 * @param from place in the commit journal before the first of them; the checkpoint's own place when nothing is lacking
 * @param appliedThrough for each stream that lacks frames, the last sequence that its journal holds
 */
record Unapplied(JournalPlace from, Map<Long, Long> appliedThrough) {

    static Unapplied nothingAt(JournalPlace place) {
        return new Unapplied(place, Map.of());
    }

    boolean isEmpty() {
        return appliedThrough.isEmpty();
    }
}
