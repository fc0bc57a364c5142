package dev.fluxlog;

/**
 * Which streams to list, in the natural order of their names.
 *
 * @param prefix names begin with it; empty for all
 * @param after names are greater than it; empty for the first
 * @param limit most streams, at least 1
 */
public record StreamsQuery(String prefix, String after, long limit) {
    public StreamsQuery {
        if (limit < 1) {
            throw new IllegalArgumentException("limit is at least 1: " + limit);
        }
    }

    public static StreamsQuery all() {
        return new StreamsQuery("", "", Long.MAX_VALUE);
    }

    public StreamsQuery withPrefix(String newPrefix) {
        return new StreamsQuery(newPrefix, after, limit);
    }

    public StreamsQuery withAfter(String name) {
        return new StreamsQuery(prefix, name, limit);
    }

    public StreamsQuery withLimit(long newLimit) {
        return new StreamsQuery(prefix, after, newLimit);
    }
}
