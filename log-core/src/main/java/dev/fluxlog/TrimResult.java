package dev.fluxlog;

/**
 * What a trim dropped.
 *
 * @param from first dropped sequence
 * @param through last dropped sequence; below {@code from} when there was nothing to drop
 * @param lowWaterMark lowest readable sequence from now on
 */
public record TrimResult(String stream, long from, long through, long lowWaterMark) {}
