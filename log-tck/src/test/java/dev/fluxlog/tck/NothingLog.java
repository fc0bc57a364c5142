package dev.fluxlog.tck;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Beginning;
import dev.fluxlog.Creation;
import dev.fluxlog.Durability;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.LogOptions;
import dev.fluxlog.LogStatus;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Page;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.Transaction;
import dev.fluxlog.TransactionResult;
import dev.fluxlog.TrimResult;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A log that does nothing, and finds that everything went well. */
record NothingLog(LogOptions options) implements EventLog {

    @Override
    public EventStream stream(String name) {
        return new NothingStream(name);
    }

    @Override
    public Mono<TransactionResult> commit(Transaction transaction) {
        return Mono.empty();
    }

    @Override
    public Flux<StreamInfo> streams(StreamsQuery query) {
        return Flux.empty();
    }

    @Override
    public Flux<Event> subscribe(Selection selection, From from) {
        return Flux.empty();
    }

    @Override
    public Flux<StreamSignal> signals(Selection selection, From from) {
        return Flux.empty();
    }

    @Override
    public Durability durability() {
        return Durability.MEMORY;
    }

    @Override
    public LogStatus status() {
        return new LogStatus(LogStatus.State.SERVING, Durability.MEMORY, 0, 0, 0, 0, "", List.of());
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }

    private record NothingStream(String name) implements EventStream {

        @Override
        public Mono<AppendResult> append(List<NewEvent> events, AppendOptions options) {
            return Mono.empty();
        }

        @Override
        public Flux<Event> read(ReadOptions options) {
            return Flux.empty();
        }

        @Override
        public Mono<Page> page(ReadOptions options) {
            return Mono.empty();
        }

        @Override
        public Flux<Event> subscribe(From from) {
            return Flux.empty();
        }

        @Override
        public Flux<StreamSignal> signals(From from) {
            return Flux.empty();
        }

        @Override
        public Mono<StreamInfo> info() {
            return Mono.empty();
        }

        @Override
        public Mono<Creation> create(StreamSettings settings) {
            return Mono.empty();
        }

        @Override
        public Mono<Creation> create(Beginning beginning) {
            return Mono.empty();
        }

        @Override
        public Mono<Creation> fork(String target, long through) {
            return Mono.empty();
        }

        @Override
        public Mono<StreamInfo> configure(StreamSettings settings) {
            return Mono.empty();
        }

        @Override
        public Mono<TrimResult> trim(long through) {
            return Mono.empty();
        }

        @Override
        public Mono<StreamInfo> seal(ExpectedSequence expected) {
            return Mono.empty();
        }

        @Override
        public Mono<Void> delete() {
            return Mono.empty();
        }
    }
}
