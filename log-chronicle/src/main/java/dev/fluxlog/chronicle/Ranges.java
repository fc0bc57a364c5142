package dev.fluxlog.chronicle;

import java.util.Map;
import java.util.TreeMap;

/** A set of numbers that stand in few runs. Not thread-safe. */
final class Ranges {
    /** First to last; neither overlapping nor adjacent. */
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    void add(long first, long last) {
        long from = first;
        long to = last;
        Map.Entry<Long, Long> before = runs.floorEntry(first);
        if (before != null && before.getValue() >= first - 1) {
            from = before.getKey();
            to = Math.max(to, before.getValue());
        }
        for (Map.Entry<Long, Long> behind = runs.ceilingEntry(from);
                behind != null && behind.getKey() <= to + 1;
                behind = runs.ceilingEntry(from)) {
            to = Math.max(to, behind.getValue());
            runs.remove(behind.getKey());
        }
        runs.put(from, to);
    }

    /** Takes the runs, first and last of each, in order. */
    interface Taker {
        void run(long first, long last);
    }

    void forEach(Taker taker) {
        runs.forEach(taker::run);
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    /** The lowest; there is one. */
    long first() {
        return runs.firstKey();
    }

    /** The highest; there is one. */
    long last() {
        return runs.lastEntry().getValue();
    }

    /** How many of the numbers from {@code first} to {@code last} are in the set. */
    long count(long first, long last) {
        long count = 0;
        Long floor = runs.floorKey(first);
        for (Map.Entry<Long, Long> run :
                runs.subMap(floor == null ? first : floor, true, last, true).entrySet()) {
            long from = Math.max(first, run.getKey());
            long to = Math.min(last, run.getValue());
            count += Math.max(0, to - from + 1);
        }
        return count;
    }
}
