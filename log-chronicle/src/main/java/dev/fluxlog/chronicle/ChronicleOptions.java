package dev.fluxlog.chronicle;

import dev.fluxlog.backend.Backend.Level;
import java.time.Clock;

/**
 * How a durable log is opened. Immutable; begin with {@link #defaults()}.
 *
 * @param durability what an acknowledgement survives: {@code DISK} (default) or {@code PROCESS}
 * @param commitSegmentBytes length of a commit journal segment, written with zeros in advance; default 64 MiB. A larger
 *     commit group gets a segment of its own
 * @param commitBytesHeldMax commit journal after which a checkpoint is made; default 512 MiB. At twice as much, commits
 *     wait for the checkpoint under way
 * @param streamSegmentBytes length at which a stream journal begins a new segment; default 64 MiB
 * @param unappliedBytesMax memory for committed frames that wait for their stream journals, and for where they stand in
 *     the commit journal; default 64 MiB. Above it a commit waits
 * @param gatheredRunBytesMax frames of one stream that are gathered before they are written to its journal; default
 *     16 KiB. At it they are written, at four times as much when memory was short and they have left it
 * @param tailCacheBytesMax newest frames kept in memory for readers near the tail; default 32 MiB. Above it the oldest
 *     leave
 * @param openJournalsMax stream journals open at once; default from the limits of the process. Above it the longest
 *     unused is closed
 * @param freeBytesMin space that must stay free where the log is, besides what committed frames still need in their
 *     stream journals; default 256 MiB. Below it commits fail as full and
 *     come back by themselves
 * @param scrubBytesPerSecond stored data that is read again in the background to find damage before readers do; default
 *     8 MiB, 0 for none
 * @param clock tells when the log was opened, for the owner record
 */
public record ChronicleOptions(
        Level durability,
        long commitSegmentBytes,
        long commitBytesHeldMax,
        long streamSegmentBytes,
        long unappliedBytesMax,
        long gatheredRunBytesMax,
        long tailCacheBytesMax,
        int openJournalsMax,
        long freeBytesMin,
        long scrubBytesPerSecond,
        Clock clock) {

    private static final long MIB = 1 << 20;

    public ChronicleOptions {
        if (durability == Level.MEMORY) {
            throw new IllegalArgumentException("a log on disk keeps DISK or PROCESS, not " + durability);
        }
        atLeast("commitSegmentBytes", commitSegmentBytes, 64 << 10);
        atLeast("commitBytesHeldMax", commitBytesHeldMax, commitSegmentBytes);
        atLeast("streamSegmentBytes", streamSegmentBytes, 64 << 10);
        atLeast("unappliedBytesMax", unappliedBytesMax, 1);
        atLeast("gatheredRunBytesMax", gatheredRunBytesMax, 0);
        atLeast("tailCacheBytesMax", tailCacheBytesMax, 0);
        atLeast("openJournalsMax", openJournalsMax, 1);
        atLeast("freeBytesMin", freeBytesMin, 0);
        atLeast("scrubBytesPerSecond", scrubBytesPerSecond, 0);
    }

    private static void atLeast(String name, long value, long min) {
        if (value < min) {
            throw new IllegalArgumentException(name + " is at least " + min + ": " + value);
        }
    }

    public static ChronicleOptions defaults() {
        return new ChronicleOptions(
                Level.DISK,
                64 * MIB,
                512 * MIB,
                64 * MIB,
                64 * MIB,
                16 << 10,
                32 * MIB,
                ProcessLimits.openJournalsMax(),
                256 * MIB,
                8 * MIB,
                Clock.systemUTC());
    }

    public ChronicleOptions withDurability(Level value) {
        return new ChronicleOptions(
                value,
                commitSegmentBytes,
                commitBytesHeldMax,
                streamSegmentBytes,
                unappliedBytesMax,
                gatheredRunBytesMax,
                tailCacheBytesMax,
                openJournalsMax,
                freeBytesMin,
                scrubBytesPerSecond,
                clock);
    }

    /** Also how much of it is held before a checkpoint, since the one bounds the other. */
    public ChronicleOptions withCommitJournal(long segmentBytes, long heldBytesMax) {
        return new ChronicleOptions(
                durability,
                segmentBytes,
                heldBytesMax,
                streamSegmentBytes,
                unappliedBytesMax,
                gatheredRunBytesMax,
                tailCacheBytesMax,
                openJournalsMax,
                freeBytesMin,
                scrubBytesPerSecond,
                clock);
    }

    public ChronicleOptions withStreamSegmentBytes(long value) {
        return new ChronicleOptions(
                durability,
                commitSegmentBytes,
                commitBytesHeldMax,
                value,
                unappliedBytesMax,
                gatheredRunBytesMax,
                tailCacheBytesMax,
                openJournalsMax,
                freeBytesMin,
                scrubBytesPerSecond,
                clock);
    }

    public ChronicleOptions withUnappliedBytesMax(long value) {
        return new ChronicleOptions(
                durability,
                commitSegmentBytes,
                commitBytesHeldMax,
                streamSegmentBytes,
                value,
                gatheredRunBytesMax,
                tailCacheBytesMax,
                openJournalsMax,
                freeBytesMin,
                scrubBytesPerSecond,
                clock);
    }

    public ChronicleOptions withGatheredRunBytesMax(long value) {
        return new ChronicleOptions(
                durability,
                commitSegmentBytes,
                commitBytesHeldMax,
                streamSegmentBytes,
                unappliedBytesMax,
                value,
                tailCacheBytesMax,
                openJournalsMax,
                freeBytesMin,
                scrubBytesPerSecond,
                clock);
    }

    public ChronicleOptions withTailCacheBytesMax(long value) {
        return new ChronicleOptions(
                durability,
                commitSegmentBytes,
                commitBytesHeldMax,
                streamSegmentBytes,
                unappliedBytesMax,
                gatheredRunBytesMax,
                value,
                openJournalsMax,
                freeBytesMin,
                scrubBytesPerSecond,
                clock);
    }

    public ChronicleOptions withOpenJournalsMax(int value) {
        return new ChronicleOptions(
                durability,
                commitSegmentBytes,
                commitBytesHeldMax,
                streamSegmentBytes,
                unappliedBytesMax,
                gatheredRunBytesMax,
                tailCacheBytesMax,
                value,
                freeBytesMin,
                scrubBytesPerSecond,
                clock);
    }

    public ChronicleOptions withFreeBytesMin(long value) {
        return new ChronicleOptions(
                durability,
                commitSegmentBytes,
                commitBytesHeldMax,
                streamSegmentBytes,
                unappliedBytesMax,
                gatheredRunBytesMax,
                tailCacheBytesMax,
                openJournalsMax,
                value,
                scrubBytesPerSecond,
                clock);
    }

    /** 0 for none. */
    public ChronicleOptions withScrubBytesPerSecond(long value) {
        return new ChronicleOptions(
                durability,
                commitSegmentBytes,
                commitBytesHeldMax,
                streamSegmentBytes,
                unappliedBytesMax,
                gatheredRunBytesMax,
                tailCacheBytesMax,
                openJournalsMax,
                freeBytesMin,
                value,
                clock);
    }

    public ChronicleOptions withClock(Clock value) {
        return new ChronicleOptions(
                durability,
                commitSegmentBytes,
                commitBytesHeldMax,
                streamSegmentBytes,
                unappliedBytesMax,
                gatheredRunBytesMax,
                tailCacheBytesMax,
                openJournalsMax,
                freeBytesMin,
                scrubBytesPerSecond,
                value);
    }
}
