package dev.fluxlog;

/**
 * What a subscriber who wants to know everything receives: the events, and what is true between them.
 *
 * <p>One of {@link Event}, {@link CaughtUp}, {@link Gap}, and for a {@link Selection} also {@link Passed}.
 */
public sealed interface StreamSignal permits Event, StreamSignal.CaughtUp, StreamSignal.Gap, StreamSignal.Passed {

    /**
     * Everything that was committed when the tail was first reached has been delivered; what follows is live. Comes
     * exactly once per subscription.
     *
     * @param sequence the tail, 0 when the stream never held an event
     */
    record CaughtUp(String stream, long sequence) implements StreamSignal {}

    /**
     * Everything through this position has been looked at, and whatever of it is selected has been delivered. Lets
     * whoever follows a {@link Selection} that admits little keep a place to resume from that does not fall far behind:
     * comes when {@value #PASSED_EVERY} positions have gone by without any other signal.
     *
     * @param stream the name under which the order of commit is spoken of
     */
    record Passed(String stream, long position) implements StreamSignal {}

    /** Positions after which {@link Passed} is due. */
    int PASSED_EVERY = 1_000;

    /**
     * A run of events is gone, trimmed before the subscriber reached it, or lost by the medium for good. Of a
     * subscription over many streams it may be a run of positions, told under the name of the order of commit. The next
     * event is {@code through + 1} or later events of the stream's future.
     *
     * @param from first lost sequence
     * @param through last lost sequence, inclusive
     */
    record Gap(String stream, long from, long through) implements StreamSignal {
        public Gap {
            if (from < 1 || through < from) {
                throw new IllegalArgumentException("a gap has a range: " + from + ".." + through);
            }
        }
    }
}
