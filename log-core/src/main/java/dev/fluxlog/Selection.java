package dev.fluxlog;

import java.util.Set;

/**
 * Which events of a log to follow on one subscription: those that every given condition admits.
 *
 * @param streams names of streams, also of such that do not exist yet; empty for all
 * @param prefix names begin with it; empty for all
 * @param types types of events; empty for all
 */
public record Selection(Set<String> streams, String prefix, Set<String> types) {
    private static final Selection ALL = new Selection(Set.of(), "", Set.of());

    public Selection {
        streams = Set.copyOf(streams);
        types = Set.copyOf(types);
        streams.forEach(StreamName::check);
    }

    /** Every event of every stream but the log's own. */
    public static Selection all() {
        return ALL;
    }

    public Selection withStreams(Set<String> names) {
        return new Selection(names, prefix, types);
    }

    public Selection withPrefix(String newPrefix) {
        return new Selection(streams, newPrefix, types);
    }

    public Selection withTypes(Set<String> newTypes) {
        return new Selection(streams, prefix, newTypes);
    }

    boolean admitsStream(String name) {
        return name.startsWith(prefix) && (streams.isEmpty() || streams.contains(name));
    }

    boolean admitsType(String type) {
        return types.isEmpty() || types.contains(type);
    }
}
