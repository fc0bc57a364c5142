package dev.fluxlog;

/**
 * What a subscriber who wants to know everything receives: the events, and what is true between them.
 *
 * <p>One of {@link Event}, {@link CaughtUp}, {@link Gap}.
 */
public sealed interface StreamSignal permits Event, StreamSignal.CaughtUp, StreamSignal.Gap {

    /**
     * Everything that was committed when the tail was first reached has been delivered; what follows is live. Comes
     * exactly once per subscription.
     *
     * @param sequence the tail, 0 when the stream never held an event
     */
    record CaughtUp(String stream, long sequence) implements StreamSignal {}

    /**
     * A run of events is gone, trimmed before the subscriber reached it. The next event is {@code through + 1} or
     * later events of the stream's future.
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
