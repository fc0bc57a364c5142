package dev.fluxlog.backend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who still needs whose events: a fork reads what it shares from the journal of its source, so that may be given back
 * only when the last one that needs it has let go.
 *
 * <p>A fork lets go when its own low-water mark, and that of every fork of it, has passed the fork point; marks never
 * fall, so that is for ever. Confined to the thread of its {@link Catalog}.
 */
final class Sharing {
    private final LongFunction<@Nullable StreamState> states;

    /** By source: the forks that still need it. */
    private final Map<Long, Set<Long>> forks = new HashMap<>();

    Sharing(LongFunction<@Nullable StreamState> states) {
        this.states = states;
    }

    /** A fork, new or from a stored state. All of them together: one may need another that comes later. */
    void add(StreamState state) {
        if (!state.fork().isNone()) {
            forks.computeIfAbsent(state.fork().source(), source -> new LinkedHashSet<>())
                    .add(state.number());
        }
    }

    /** The stream has given up events: forgets who needs nothing any more. */
    void release(long stream) {
        for (long number : lineage(stream)) {
            StreamState state = states.apply(number);
            if (state == null || state.fork().isNone() || needsSource(state)) {
                return;
            }
            Set<Long> sharers = forks.get(state.fork().source());
            if (sharers != null && sharers.remove(number) && sharers.isEmpty()) {
                forks.remove(state.fork().source());
            }
        }
    }

    private boolean needsSource(StreamState fork) {
        return lowestNeeded(fork.number()) <= fork.fork().sequence();
    }

    long lowestNeeded(long stream) {
        StreamState state = states.apply(stream);
        if (state == null) {
            return 1;
        }
        long lowest = state.lowWaterMark();
        for (long number : forks.getOrDefault(stream, Set.of())) {
            StreamState fork = states.apply(number);
            long needed = lowestNeeded(number);
            if (fork != null && needed <= fork.fork().sequence()) {
                lowest = Math.min(lowest, needed);
            }
        }
        return lowest;
    }

    List<Long> lineage(long stream) {
        List<Long> numbers = new ArrayList<>();
        StreamState state = states.apply(stream);
        while (state != null) {
            numbers.add(state.number());
            state = state.fork().isNone() ? null : states.apply(state.fork().source());
        }
        return numbers;
    }
}
