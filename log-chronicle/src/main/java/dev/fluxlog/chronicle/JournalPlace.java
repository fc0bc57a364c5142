package dev.fluxlog.chronicle;

/**
 * A place between two groups of the commit journal.
 *
 * @param segment number of the segment, from 1
 * @param offset where in that segment the next group would begin
 * @param group number of the last group before the place, 0 for none
 * @param position highest position before the place
 */
record JournalPlace(long segment, long offset, long group, long position) {
    static final JournalPlace START = new JournalPlace(1, CommitSegment.HEADER_BYTES, 0, 0);

    JournalPlace {
        if (segment < 1 || offset < CommitSegment.HEADER_BYTES || group < 0 || position < 0) {
            throw new IllegalArgumentException("no place in a commit journal: segment " + segment + ", offset " + offset
                    + ", group " + group + ", position " + position);
        }
    }

    JournalPlace behind(long newOffset, long newPosition) {
        return new JournalPlace(segment, newOffset, group + 1, newPosition);
    }

    JournalPlace inSegment(long newSegment) {
        return new JournalPlace(newSegment, CommitSegment.HEADER_BYTES, group, position);
    }
}
