package dev.fluxlog.chronicle;

import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Run;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The newest part of the order of commit in memory, group by group, for as long as {@link RecentFrames} keeps the groups.
 *
 * <p>One thread adds at the end, others drop at the begin and read.
 */
final class RecentOrder {
    private final ConcurrentSkipListMap<Long, List<Run>> groups = new ConcurrentSkipListMap<>();

    void add(CommitGroup group) {
        List<Run> runs = group.runs();
        if (!runs.isEmpty()) {
            groups.put(runs.get(0).position(), runs);
        }
    }

    /** Drops the groups that end at this position or before. */
    void dropThrough(long position) {
        groups.headMap(position, true).clear();
    }

    /** Lowest position that is here, or {@link Long#MAX_VALUE}. */
    long firstPosition() {
        Map.Entry<Long, List<Run>> first = groups.firstEntry();
        return first == null ? Long.MAX_VALUE : first.getKey();
    }

    /** The runs of the group that holds the position, or nothing when that is not here. */
    List<Run> groupWith(long position) {
        Map.Entry<Long, List<Run>> group = groups.floorEntry(position);
        if (group == null) {
            return List.of();
        }
        List<Run> runs = group.getValue();
        return runs.get(runs.size() - 1).end() > position ? runs : List.of();
    }
}
