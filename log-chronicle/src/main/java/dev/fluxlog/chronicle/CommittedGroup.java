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

    /** Offset of its first frame in the segment. */
    long framesAt() {
        return behind.offset() - journalBytes() + CommitRecord.HEADER_BYTES;
    }

    /** What it takes of the commit journal. */
    long journalBytes() {
        return CommitRecord.bytesFor(group.bytes().length);
    }

    /** What it takes in memory. */
    long bytes() {
        return RecentFrames.sizeOf(group);
    }
}
