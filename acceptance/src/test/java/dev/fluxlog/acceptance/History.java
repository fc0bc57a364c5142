package dev.fluxlog.acceptance;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What clients asked of the streams of one log and what they were told, each call with the moments between which it must
 * have happened, by one clock.
 */
final class History {
    /** The moment of an answer that never came. */
    static final long NEVER = Long.MAX_VALUE;

    /** An append that expects nothing. */
    static final long ANY = -1;

    private final Collection<Call> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    sealed interface Call {
        String stream();

        /** Before its first attempt. */
        long sent();

        /** After its answer. */
        long answered();
    }

    /**
     * An append that was accepted, or whose outcome nobody knows.
     *
     * @param id of its events, which nobody else uses
     * @param expected what had to be the newest event, or {@link #ANY}
     * @param first the sequence it was told; 0 without an answer
     */
    record Append(String id, String stream, int events, long expected, long sent, long answered, long first)
            implements Call {}

    /** An append that was refused with a conflict, and the newest event that the answer named. */
    record Refused(String id, String stream, long expected, long sent, long answered, long actual) implements Call {}

    /**
     * A page.
     *
     * @param after the sequence behind which it was asked for
     * @param atTail whether the answer said that nothing follows
     */
    record Read(String stream, long sent, long answered, long after, List<String> contents, boolean atTail)
            implements Call {}

    void add(Call call) {
        calls.add(call);
        size.incrementAndGet();
    }

    int size() {
        return size.get();
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    static String content(String id, int index) {
        return id + "|" + index;
    }
}
