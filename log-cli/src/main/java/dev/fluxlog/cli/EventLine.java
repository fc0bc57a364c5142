package dev.fluxlog.cli;

/**
 * An event as it is printed.
 *
 * @param number what is resumed after: its sequence, or its position where many streams are followed
 * @param json one line, without its line feed
 */
record EventLine(long number, String json) implements FollowSignal {}
