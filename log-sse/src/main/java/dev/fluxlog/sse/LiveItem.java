package dev.fluxlog.sse;

import dev.fluxlog.StreamSignal;

/** What an open stream has to tell: what the log signals, and what ends it. */
sealed interface LiveItem {

    record Signal(StreamSignal signal) implements LiveItem {}

    /** The resume point lies above the log; it goes on behind {@code highWaterMark}. */
    record Ahead(long requested, long highWaterMark) implements LiveItem {}

    /** Nothing can follow any more. */
    record Sealed() implements LiveItem {}

    /** It cannot go on. */
    record Failed(Problem problem) implements LiveItem {}
}
