package dev.fluxlog;

import dev.fluxlog.backend.Backend;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Many named streams of events, one order of commit.
 *
 * <p>An append is a fact once it is committed at the log's {@link #durability()}; nothing is acknowledged to a producer
 * or visible to a reader before. Readers follow a stream from any place they know, and are told plainly when its events
 * are gone.
 *
 * <p>All publishers are cold: nothing happens until they are subscribed to, and each subscription is one attempt. They
 * never block the caller. Signals arrive on threads of the log; whoever does lengthy work there delays others and
 * should move it with {@code publishOn}. Instances are safe for any number of threads.
 */
public interface EventLog {

    /**
     * Opens a log on a local medium.
     *
     * <p><em>Emits</em> the log once recovery is done. <em>Fails with</em> {@link LogException.Busy} when another
     * process owns the medium, {@link LogException.Corrupt}, {@link LogException.UnsupportedVersion}, {@link
     * LogException.Failed}.
     *
     * @param backend a fresh instance; the log closes it
     */
    static Mono<EventLog> open(Backend backend, LogOptions options) {
        return LogEngine.open(backend, options);
    }

    /**
     * The stream of that name, whether it exists or not: a stream comes into being with its first append or by {@link
     * EventStream#create}.
     *
     * @throws LogException.InvalidName for a name that no stream may have
     */
    EventStream stream(String name);

    /**
     * Appends to several streams, all or nothing.
     *
     * <p><em>Emits</em> the result once it is committed. <em>Fails with</em> {@link LogException.Conflict} naming the
     * stream whose expectation does not hold, and what {@link EventStream#append} fails with. <em>Cancel</em>: as there.
     */
    Mono<TransactionResult> commit(Transaction transaction);

    /**
     * The existing streams, in the natural order of their names, those without events included; not the log's own.
     *
     * <p><em>Completes</em> at the end of the list or the limit. Streams created or deleted meanwhile may or may not
     * appear.
     */
    Flux<StreamInfo> streams(StreamsQuery query);

    /**
     * Replays the selected events of many streams in the order of commit, and stays live.
     *
     * <p>Places count positions, not sequences: whoever has seen the event at position p resumes with {@code after(p)},
     * under the same selection, and misses nothing. <em>Emits</em> each selected event once. <em>Fails with</em> {@link
     * LogException.Ahead} for a position above the log, {@link LogException.Trimmed} when events behind the place, or
     * committed since subscribing, were trimmed or deleted before it came to them; history that is gone already is
     * passed over when the place is not {@code after}. <em>Demand</em> is honoured to the letter.
     */
    Flux<Event> subscribe(Selection selection, From from);

    /**
     * {@link #subscribe(Selection, From)}, with what is true between the events: first arrival at the tail (its stream
     * is {@code $all}, its sequence the position), a gap, with the stream's name and sequences, for every run of
     * selected streams that is gone where {@code subscribe} would fail, and the position passed through when nothing
     * was selected for long.
     */
    Flux<StreamSignal> signals(Selection selection, From from);

    /** What an acknowledged append survives. */
    Durability durability();

    /** How the log is doing now. */
    LogStatus status();

    /** The bounds that this log keeps. */
    LogOptions options();

    /**
     * Ends the log in this order: no new work is taken, what was accepted is finished, subscribers end with {@link
     * LogException.Closed}, running reads end, everything is forced to disk, ownership is released.
     *
     * <p>Lazy, shared and repeatable: all subscribers get the same outcome. <em>Fails with</em> {@link
     * LogException.Failed} when the medium could not be closed in order.
     */
    Mono<Void> close();
}
