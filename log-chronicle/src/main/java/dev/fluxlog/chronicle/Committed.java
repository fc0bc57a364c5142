package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Catalog;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the commit journal holds behind the checkpoint, folded.
 *
 * @param scan reads it again
 * @param end behind its last group
 * @param touched highest committed number of each stream that a group touched, of the order of commit too
 * @param lostNumbers those among them whose events are lost
 * @param beyond whole groups behind the end, which the power took from the journal although it left them
 */
record Committed(
        CommitScan scan,
        JournalPlace end,
        Catalog catalog,
        Map<Long, Long> touched,
        Map<Long, List<LostExcerpt>> lostNumbers,
        List<CommitGroup> beyond) {

    static Committed read(Medium medium, Manifest stored, boolean powerMayHaveFailed) {
        Catalog catalog = new Catalog(stored.place().position(), stored.streams());
        Map<Long, Long> touched = new HashMap<>();
        Map<Long, List<LostExcerpt>> lost = new HashMap<>();
        List<CommitGroup> beyond = new ArrayList<>();
        CommitScan scan = new CommitScan(medium, stored.nodeId(), stored.place()).repairing();
        if (powerMayHaveFailed) {
            scan.endingAtDamage(beyond::add);
        }
        JournalPlace end = scan.run((group, behind) -> {
            catalog.apply(group);
            fold(group, touched, lost);
        });
        scan.writeRepaired();
        return new Committed(scan, end, catalog, touched, lost, List.copyOf(beyond));
    }

    private static void fold(CommitGroup group, Map<Long, Long> touched, Map<Long, List<LostExcerpt>> lost) {
        if (group.lastPosition() > 0) {
            touched.put(OrderExcerpt.STREAM, group.lastPosition());
        }
        for (Frame frame : group.frames()) {
            if (LostNumbers.isTold(frame)) {
                lost.computeIfAbsent(frame.stream(), stream -> new ArrayList<>())
                        .add(new LostExcerpt(Catalog.firstLost(frame), frame.sequence()));
            } else if (frame.isControl()) {
                continue;
            }
            touched.put(frame.stream(), frame.sequence());
        }
    }

    List<LostExcerpt> lost(long stream) {
        return lostNumbers.getOrDefault(stream, List.of());
    }

    List<String> repairs() {
        return scan.repairs();
    }
}
