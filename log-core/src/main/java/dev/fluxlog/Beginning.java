package dev.fluxlog;

import java.util.List;

/**
 * What a stream comes into being with, in one commit.
 *
 * @param settings of the stream
 * @param fork the events it shares with another stream; {@link ForkPoint#none()} for none
 * @param events its first own events, may be empty
 * @param after whether it is sealed at once
 */
public record Beginning(StreamSettings settings, ForkPoint fork, List<NewEvent> events, AppendOptions.After after) {
    public Beginning {
        events = List.copyOf(events);
    }

    /** An empty stream that goes on. */
    public static Beginning with(StreamSettings settings) {
        return new Beginning(settings, ForkPoint.none(), List.of(), AppendOptions.After.GO_ON);
    }

    public Beginning withFork(ForkPoint newFork) {
        return new Beginning(settings, newFork, events, after);
    }

    public Beginning withEvents(List<NewEvent> newEvents) {
        return new Beginning(settings, fork, newEvents, after);
    }

    /** Seals the stream in the same commit. */
    public Beginning thenSeal() {
        return new Beginning(settings, fork, events, AppendOptions.After.SEAL);
    }
}
