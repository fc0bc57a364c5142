package dev.fluxlog;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to know that a tail has moved. Carries no number: a woken listener looks at the published mark, and any
 * number of moves in between are one. Nobody listens to most streams, so the set is made with the first listener.
 */
final class Listeners {
    private volatile @Nullable Set<Runnable> all;

    synchronized void add(Runnable wake) {
        Set<Runnable> current = all;
        if (current == null) {
            current = ConcurrentHashMap.newKeySet(2);
            all = current;
        }
        current.add(wake);
    }

    synchronized void remove(Runnable wake) {
        Set<Runnable> current = all;
        if (current != null) {
            current.remove(wake);
            if (current.isEmpty()) {
                all = null;
            }
        }
    }

    void wake() {
        Set<Runnable> current = all;
        if (current != null) {
            current.forEach(Runnable::run);
        }
    }

    int count() {
        Set<Runnable> current = all;
        return current == null ? 0 : current.size();
    }
}
