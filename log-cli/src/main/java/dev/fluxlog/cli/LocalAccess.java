package dev.fluxlog.cli;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.TrimResult;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A log that this process has opened itself, and closes. */
final class LocalAccess implements LogAccess {
    private final EventLog log;

    private final boolean keepsTime;

    LocalAccess(EventLog log) {
        this(log, false);
    }

    /** @param keepsTime whether the log has a clock that is set */
    LocalAccess(EventLog log, boolean keepsTime) {
        this.log = log;
        this.keepsTime = keepsTime;
    }

    @Override
    public boolean keepsTime() {
        return keepsTime;
    }

    @Override
    public Mono<Void> create(String stream, String contentType) {
        return Mono.defer(() ->
                        log.stream(stream).create(StreamSettings.defaults().withContentType(contentType)))
                .then()
                .onErrorMap(LogException.class, Refusal::of);
    }

    @Override
    public Mono<AppendResult> append(String stream, List<NewEvent> events, AppendOptions options) {
        return Mono.defer(() -> log.stream(stream).append(events, options)).onErrorMap(LogException.class, Refusal::of);
    }

    @Override
    public Flux<EventLine> read(String stream, ReadOptions options) {
        return events(stream, options).map(EventJson::line);
    }

    @Override
    public Flux<Event> events(String stream, ReadOptions options) {
        return Flux.defer(() -> log.stream(stream).read(options)).onErrorMap(LogException.class, Refusal::of);
    }

    @Override
    public Flux<FollowSignal> follow(String stream, From from) {
        return Flux.defer(() -> log.stream(stream).signals(from))
                .mapNotNull(LocalAccess::told)
                .concatWith(Mono.just(new FollowSignal.Sealed()))
                .onErrorMap(LogException.class, Refusal::of);
    }

    @Override
    public Flux<FollowSignal> follow(Selection selection, From from) {
        return Flux.defer(() -> log.signals(selection, from))
                .mapNotNull(signal -> signal instanceof Event event
                        ? new EventLine(event.position(), EventJson.line(event).json())
                        : told(signal))
                .onErrorMap(LogException.class, Refusal::of);
    }

    /** Null for what is of no use to who does not connect again. */
    private static @Nullable FollowSignal told(StreamSignal signal) {
        if (signal instanceof Event event) {
            return EventJson.line(event);
        }
        if (signal instanceof StreamSignal.Gap gap) {
            return new FollowSignal.Gap(gap.stream(), gap.from(), gap.through());
        }
        return signal instanceof StreamSignal.CaughtUp caughtUp ? new FollowSignal.CaughtUp(caughtUp.sequence()) : null;
    }

    @Override
    public Flux<StreamInfo> streams(String prefix) {
        return log.streams(StreamsQuery.all().withPrefix(prefix)).onErrorMap(LogException.class, Refusal::of);
    }

    @Override
    public Mono<StreamInfo> info(String stream) {
        return Mono.defer(() -> log.stream(stream).info()).onErrorMap(LogException.class, Refusal::of);
    }

    @Override
    public Mono<Long> trim(String stream, long through) {
        return Mono.defer(() -> log.stream(stream).trim(through))
                .map(TrimResult::lowWaterMark)
                .onErrorMap(LogException.class, Refusal::of);
    }

    @Override
    public Mono<Long> seal(String stream) {
        return Mono.defer(() -> log.stream(stream).seal())
                .map(StreamInfo::highWaterMark)
                .onErrorMap(LogException.class, Refusal::of);
    }

    @Override
    public Mono<Void> delete(String stream) {
        return Mono.defer(() -> log.stream(stream).delete()).onErrorMap(LogException.class, Refusal::of);
    }

    @Override
    public Mono<Void> close() {
        return log.close().onErrorMap(LogException.class, Refusal::of);
    }
}
