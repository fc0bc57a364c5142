package dev.fluxlog;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The forks of one stream that may still share its events. Nobody forks most streams, so the set is made with the first.
 * Changed by the writer thread only.
 */
final class Forks {
    private volatile Set<StreamEntry> all = Set.of();

    void add(StreamEntry fork) {
        if (all.isEmpty()) {
            all = ConcurrentHashMap.newKeySet(2);
        }
        all.add(fork);
    }

    /** Whether a fork, or a fork of a fork, still shares events. */
    boolean share() {
        return all.stream().anyMatch(fork -> isFork(fork.marks()) || fork.isShared());
    }

    private static boolean isFork(Marks marks) {
        Shared shared = marks.shared();
        return shared != null && marks.exists() && shared.current() && marks.low() <= shared.through() + 1;
    }

    /** A deleted fork that nobody shares events with lets go, and so does the deleted stream it was the last fork of. */
    static void letGo(StreamEntry deleted) {
        StreamEntry fork = deleted;
        Shared shared = deleted.marks().shared();
        while (shared != null && !fork.marks().exists() && !fork.isShared()) {
            shared.source().forks().remove(fork);
            fork = shared.source();
            shared = fork.marks().shared();
        }
    }

    private void remove(StreamEntry fork) {
        if (!all.isEmpty()) {
            all.remove(fork);
        }
    }
}
