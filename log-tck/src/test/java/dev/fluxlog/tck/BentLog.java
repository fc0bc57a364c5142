package dev.fluxlog.tck;

import dev.fluxlog.Durability;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogOptions;
import dev.fluxlog.LogStatus;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.Transaction;
import dev.fluxlog.TransactionResult;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A log that is right but for its streams, each of which somebody may bend. */
record BentLog(EventLog right, UnaryOperator<EventStream> bend) implements EventLog {

    @Override
    public EventStream stream(String name) {
        return bend.apply(right.stream(name));
    }

    @Override
    public Mono<TransactionResult> commit(Transaction transaction) {
        return right.commit(transaction);
    }

    @Override
    public Flux<StreamInfo> streams(StreamsQuery query) {
        return right.streams(query);
    }

    @Override
    public Flux<Event> subscribe(Selection selection, From from) {
        return right.subscribe(selection, from);
    }

    @Override
    public Flux<StreamSignal> signals(Selection selection, From from) {
        return right.signals(selection, from);
    }

    @Override
    public Durability durability() {
        return right.durability();
    }

    @Override
    public LogStatus status() {
        return right.status();
    }

    @Override
    public LogOptions options() {
        return right.options();
    }

    @Override
    public Mono<Void> close() {
        return right.close();
    }
}
