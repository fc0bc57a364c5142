package dev.fluxlog.cli;

/**
 * An event as it is printed.
 *
 * @param json one line, without its line feed
 */
record EventLine(long sequence, String json) implements FollowSignal {}
