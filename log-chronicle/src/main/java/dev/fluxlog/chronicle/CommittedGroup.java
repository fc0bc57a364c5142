package dev.fluxlog.chronicle;

import dev.fluxlog.backend.CommitGroup;

/**
 * A group and where it stands in the commit journal.
 *
 * @param before a place from which a scan of the commit journal meets the group first
 * @param behind the place behind it
 */
record CommittedGroup(CommitGroup group, JournalPlace before, JournalPlace behind) {

    /** @param previous the place behind the group before, perhaps in an earlier segment */
    static CommittedGroup after(JournalPlace previous, CommitGroup group, JournalPlace behind) {
        boolean rolled = previous.segment() != behind.segment();
        return new CommittedGroup(group, rolled ? previous.inSegment(behind.segment()) : previous, behind);
    }

    long bytes() {
        return RecentFrames.sizeOf(group);
    }
}
