package dev.fluxlog.sse;

import dev.fluxlog.Beginning;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ForkPoint;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Page;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import java.util.Arrays;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * A stream that begins as a fork: which stream it leaves, and where.
 *
 * <p>A place within the data of one event is a fork in front of it, whose first own event is the part that was asked
 * for; a header of that event remembers how many bytes it was cut to.
 *
 * @param source name of the stream; empty when the request asks for no fork
 * @param offset the place; empty for the tail
 * @param sub how far behind the place: values of a stream of JSON, else bytes of the next event
 */
record DurableFork(String source, String offset, long sub) {
    private static final String CUT_HEADER = "fork-bytes";

    static DurableFork of(Exchange exchange) {
        String from = exchange.header(DurableHeaders.FORKED_FROM);
        String offset = exchange.header(DurableHeaders.FORK_OFFSET);
        String sub = exchange.header(DurableHeaders.FORK_SUB_OFFSET);
        if (from.isEmpty() && !(offset.isEmpty() && sub.isEmpty())) {
            throw Problems.invalid(DurableHeaders.FORKED_FROM, "", "given when an offset to fork at is");
        }
        long more = sub.isEmpty() ? 0 : DurableHeaders.number(DurableHeaders.FORK_SUB_OFFSET, sub);
        if (more > 0 && offset.isEmpty()) {
            throw Problems.invalid(DurableHeaders.FORK_OFFSET, "", "given when a sub-offset is");
        }
        return new DurableFork(from.isEmpty() ? "" : DurableRoute.name(from), offset, more);
    }

    boolean isNone() {
        return source.isEmpty();
    }

    static Refusal beyond(long sequence) {
        return Problems.invalid(
                DurableHeaders.FORK_OFFSET, DurableOffset.after(sequence), "an offset within the source");
    }

    /** What the fork begins with; it has the content type of its source, and its time to live if it asks for none. */
    Mono<Beginning> beginning(EventLog log, StreamSettings asked, boolean hasTimeToLive) {
        EventStream stream = log.stream(source);
        return stream.info()
                .onErrorMap(
                        LogException.UnknownStream.class,
                        unknown -> unknown.shared() ? DurableRoute.conflict("The source was deleted") : unknown)
                .flatMap(info -> {
                    StreamSettings theirs = info.settings();
                    DurableContent content = DurableRoute.content(info);
                    if (!asked.contentType().isEmpty() && !content.accepts(asked.contentType())) {
                        throw DurableRoute.conflict("The content type of the source is " + content.contentType());
                    }
                    StreamSettings settings = StreamSettings.defaults()
                            .withContentType(theirs.contentType())
                            .withTimeToLive(hasTimeToLive ? asked.timeToLive() : theirs.timeToLive());
                    return start(stream, info, content, Beginning.with(settings));
                });
    }

    private Mono<Beginning> start(EventStream stream, StreamInfo info, DurableContent content, Beginning plain) {
        long anchor = offset.isEmpty() ? info.highWaterMark() : anchor(info);
        if (anchor > info.highWaterMark()) {
            throw beyond(anchor);
        }
        if (sub == 0 || content.isJson()) {
            if (sub > info.highWaterMark() - anchor) {
                throw overshoots();
            }
            return Mono.just(plain.withFork(new ForkPoint(source, anchor + sub)));
        }
        return next(stream, anchor).map(events -> {
            byte[] data = events.isEmpty() ? new byte[0] : events.get(0).data();
            if (sub > data.length) {
                throw overshoots();
            }
            if (sub == data.length) {
                return plain.withFork(new ForkPoint(source, anchor + 1));
            }
            NewEvent cut = content.event(Arrays.copyOf(data, (int) sub)).withHeader(CUT_HEADER, Long.toString(sub));
            return plain.withFork(new ForkPoint(source, anchor)).withEvents(List.of(cut));
        });
    }

    private Refusal overshoots() {
        return Problems.invalid(
                DurableHeaders.FORK_SUB_OFFSET, Long.toString(sub), "at most what lies behind the offset");
    }

    private long anchor(StreamInfo info) {
        return DurableOffset.sequence(DurableHeaders.FORK_OFFSET, offset, info.lowWaterMark() - 1);
    }

    private static Mono<List<Event>> next(EventStream stream, long after) {
        return stream.page(ReadOptions.forward(From.after(after)).withLimit(1)).map(Page::events);
    }

    /** Whether a stream that exists is what this would have made. */
    Mono<Boolean> matches(EventStream stream, StreamInfo info, DurableContent content) {
        if (isNone()) {
            return Mono.just(true);
        }
        ForkPoint point = info.forkedFrom();
        if (!point.stream().equals(source)) {
            return Mono.just(false);
        }
        if (offset.isEmpty()) {
            return Mono.just(true);
        }
        long anchor = anchor(info);
        if (content.isJson()) {
            return Mono.just(point.sequence() == anchor + sub);
        }
        return next(stream, anchor).map(events -> {
            String cut = events.isEmpty() ? "" : events.get(0).headers().getOrDefault(CUT_HEADER, "");
            boolean isWhole = !events.isEmpty() && events.get(0).data().length == sub;
            boolean atPoint = point.sequence() == anchor;
            if (sub == 0) {
                return atPoint && cut.isEmpty();
            }
            return atPoint ? cut.equals(Long.toString(sub)) : point.sequence() == anchor + 1 && isWhole;
        });
    }
}
