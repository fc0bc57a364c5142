package dev.fluxlog.chronicle;

import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.StorageException;

/**
 * The one commit point: a group is a fact when {@link #append} has returned.
 *
 * <p>Appended to by one thread; {@link #force} and {@link #free} may be called by another.
 */
interface CommitJournal extends AutoCloseable {
    /**
     * Makes the group durable at the journal's level.
     *
     * @param owedBytes space that was promised to what is committed and not yet in the stream journals
     * @return the place behind the group
     * @throws StorageException {@code FULL}: nothing changed; any other kind: must not be appended to again
     */
    JournalPlace append(CommitGroup group, long owedBytes);

    /** The place behind the last group. */
    JournalPlace end();

    /** Makes durable, whatever the level, what stands from this place on. */
    void force(JournalPlace from);

    /** Deletes whole segments before the place. Repeatable. */
    void free(JournalPlace before);

    /** Closes files; what was appended is not touched. */
    @Override
    void close();
}
