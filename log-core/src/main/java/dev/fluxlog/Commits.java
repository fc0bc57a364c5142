package dev.fluxlog;

import dev.fluxlog.backend.StorageException;
import java.util.function.LongSupplier;

/**
 * The order of commit as readers see it.
 *
 * @param tail the published position: everything up to it is committed, and its marks are published
 * @param listeners woken when the position has moved
 */
record Commits(JournalReader journal, StreamTable streams, LongSupplier tail, Listeners listeners) {

    long position() {
        return tail.getAsLong();
    }

    StreamEntry stream(long number) {
        StreamEntry entry = streams.numbered(number);
        if (entry == null) {
            throw Failures.translate(
                    "read",
                    new StorageException(
                            StorageException.Kind.CORRUPT,
                            "the order of commit names stream " + number + ", which the catalog does not know"),
                    unknown -> "");
        }
        return entry;
    }
}
