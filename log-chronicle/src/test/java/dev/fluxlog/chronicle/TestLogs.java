package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Backend.Level;

/** Options that keep logs in tests small. */
final class TestLogs {
    private TestLogs() {}

    /** No memory for frames, so that reads come from the journals; segments that roll soon. */
    static ChronicleOptions small() {
        return gathering().withGatheredRunBytesMax(0);
    }

    /** The same, but the frames of each stream are gathered like anywhere else. */
    static ChronicleOptions gathering() {
        return ChronicleOptions.defaults()
                .withCommitJournal(256 << 10, 1 << 20)
                .withStreamSegmentBytes(256 << 10)
                .withTailCacheBytesMax(0)
                .withFreeBytesMin(0);
    }

    /** Streams of an event or two have no journal, so that thousands take no minute; all others have. */
    static ChronicleOptions fewJournals() {
        return smallInProcess().withGatheredRunBytesMax(256);
    }

    static ChronicleOptions smallInProcess() {
        return small().withDurability(Level.PROCESS);
    }
}
