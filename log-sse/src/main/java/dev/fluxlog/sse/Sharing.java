package dev.fluxlog.sse;

import dev.fluxlog.From;
import dev.fluxlog.StreamSignal;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;

/**
 * What sessions have in common when they may be served by one reader.
 *
 * @param key equal for sessions that follow the same in the same form
 * @param types of the events that are sent
 * @param frames makes the writer of that form
 * @param signals what they follow, from a place
 */
record Sharing(
        Object key,
        Types types,
        Supplier<LiveFrames> frames,
        Numbering numbering,
        Function<From, Flux<StreamSignal>> signals) {}
