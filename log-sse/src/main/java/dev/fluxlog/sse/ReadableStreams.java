package dev.fluxlog.sse;

import dev.fluxlog.EventLog;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.access.Caller;
import dev.fluxlog.access.Grant;
import dev.fluxlog.access.Right;
import dev.fluxlog.access.Scope;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The part of a catalog that a caller may read. Each scope is asked for by itself, so that who may read one stream of a
 * hundred thousand does not make the log walk them all.
 */
final class ReadableStreams {
    private final EventLog log;

    ReadableStreams(EventLog log) {
        this.log = log;
    }

    /** In the order of names, as many as the query wants. */
    Mono<List<StreamInfo>> list(Caller caller, StreamsQuery query) {
        return Flux.fromIterable(parts(caller, query))
                .concatMap(log::streams)
                .filter(info -> caller.may(Right.READ, info.name()))
                .collect(TreeMap<String, StreamInfo>::new, (found, info) -> found.put(info.name(), info))
                .map(found -> found.values().stream().limit(query.limit()).toList());
    }

    private static Set<StreamsQuery> parts(Caller caller, StreamsQuery query) {
        List<Scope> scopes = new ArrayList<>();
        for (Grant grant : caller.grants()) {
            if (grant.right() == Right.READ && caller.grants().stream().noneMatch(other -> includes(other, grant))) {
                scopes.add(grant.scope());
            }
        }
        Set<StreamsQuery> parts = new LinkedHashSet<>();
        for (Scope scope : scopes) {
            if (scope.name().startsWith(query.prefix())) {
                StreamsQuery narrow = query.withPrefix(scope.name());
                parts.add(scope.open() ? narrow : narrow.withLimit(1));
            } else if (scope.open() && query.prefix().startsWith(scope.name())) {
                parts.add(query);
            }
        }
        return parts;
    }

    private static boolean includes(Grant other, Grant grant) {
        return other.right() == Right.READ
                && !other.equals(grant)
                && other.scope().covers(grant.scope());
    }
}
