package dev.fluxlog;

/**
 * What a request to create a stream found.
 *
 * @param info the stream as it is now; its settings are those it had when it existed already
 * @param created false when the stream existed already
 */
public record Creation(StreamInfo info, boolean created) {}
