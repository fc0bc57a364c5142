package dev.fluxlog;

/**
 * The events that a fork has in common with its source, and does not keep itself.
 *
 * @param through the last shared sequence
 * @param current false when the fork was deleted and its name came into being again as a stream of its own
 */
record Shared(StreamEntry source, long through, boolean current) {

    Shared asPast() {
        return new Shared(source, through, false);
    }
}
