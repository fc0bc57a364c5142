package dev.fluxlog.tck;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Beginning;
import dev.fluxlog.Creation;
import dev.fluxlog.Event;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Page;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.TrimResult;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A stream that is right, except where a subclass is not. */
class BentStream implements EventStream {
    final EventStream right;

    BentStream(EventStream right) {
        this.right = right;
    }

    @Override
    public String name() {
        return right.name();
    }

    @Override
    public Mono<AppendResult> append(List<NewEvent> events, AppendOptions options) {
        return right.append(events, options);
    }

    @Override
    public Flux<Event> read(ReadOptions options) {
        return right.read(options);
    }

    @Override
    public Mono<Page> page(ReadOptions options) {
        return right.page(options);
    }

    @Override
    public Flux<Event> subscribe(From from) {
        return right.subscribe(from);
    }

    @Override
    public Flux<StreamSignal> signals(From from) {
        return right.signals(from);
    }

    @Override
    public Mono<StreamInfo> info() {
        return right.info();
    }

    @Override
    public Mono<Creation> create(StreamSettings settings) {
        return right.create(settings);
    }

    @Override
    public Mono<Creation> create(Beginning beginning) {
        return right.create(beginning);
    }

    @Override
    public Mono<Creation> fork(String target, long through) {
        return right.fork(target, through);
    }

    @Override
    public Mono<StreamInfo> configure(StreamSettings settings) {
        return right.configure(settings);
    }

    @Override
    public Mono<TrimResult> trim(long through) {
        return right.trim(through);
    }

    @Override
    public Mono<StreamInfo> seal(ExpectedSequence expected) {
        return right.seal(expected);
    }

    @Override
    public Mono<Void> delete() {
        return right.delete();
    }
}
