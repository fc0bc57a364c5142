package dev.fluxlog;

import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A named, ordered, append-only run of events with the sequences 1, 2, 3 and so on.
 *
 * <p>A handle: cheap, stateless, valid as long as its log is open. Any call may fail with {@link LogException.Closed},
 * and any reading with {@link LogException.Corrupt} at the event that cannot be read whole.
 */
public interface EventStream {

    String name();

    /**
     * Adds events to the end, all or nothing, under adjacent sequences. Creates the stream when it does not exist.
     *
     * <p><em>Emits</em> the result once it is committed. <em>Fails with</em> {@link LogException.Conflict}, {@link
     * LogException.IdempotencyMismatch}, {@link LogException.ProducerGap}, {@link LogException.ProducerFenced}, {@link
     * LogException.OutOfOrder}, {@link LogException.StreamSealed}, {@link LogException.TooLarge}, {@link
     * LogException.LimitExceeded}, {@link LogException.Overloaded}, {@link LogException.StorageFull}, {@link
     * LogException.Failed}; nothing is written then, except that after {@code Failed} the outcome is known only when
     * the log is opened anew. <em>Cancel</em>: an append not yet begun is dropped, another takes effect unseen.
     *
     * @param events at least one, unless the options seal the stream
     * @throws IllegalArgumentException for no events
     */
    Mono<AppendResult> append(List<NewEvent> events, AppendOptions options);

    /** {@link #append(List, AppendOptions)} without expectation and key. */
    default Mono<AppendResult> append(List<NewEvent> events) {
        return append(events, AppendOptions.defaults());
    }

    /** {@link #append(List, AppendOptions)} of one event without expectation and key. */
    default Mono<AppendResult> append(NewEvent event) {
        return append(List.of(event), AppendOptions.defaults());
    }

    /**
     * Reads what is there and completes.
     *
     * <p><em>Completes</em> at the tail as of subscribing (backward: at the low-water mark), or at the limit. <em>Fails
     * with</em> {@link LogException.UnknownStream}, {@link LogException.Trimmed} for a place below the low-water mark
     * or when overtaken by a trim, {@link LogException.Ahead}. <em>Demand</em> is honoured to the letter; at most
     * {@link LogOptions#prefetchEventsMax()} events are read ahead.
     */
    Flux<Event> read(ReadOptions options);

    /**
     * Reads one bounded page.
     *
     * <p><em>Emits</em> one page, which tells where to go on. <em>Fails with</em> what {@link #read} fails with, and
     * {@link LogException.LimitExceeded} for a limit above {@link LogOptions#pageEventsMax()}.
     */
    Mono<Page> page(ReadOptions options);

    /**
     * Replays from a place and stays live.
     *
     * <p><em>Emits</em> every event behind the place, once, in order. <em>Completes</em> behind the last event of a
     * sealed stream. <em>Fails with</em> what {@link #read} fails with, {@link LogException.Trimmed} also when a trim
     * overtakes the subscriber, and {@link LogException.UnknownStream} when the stream is deleted. <em>Demand</em> is
     * honoured to the letter: a slow subscriber reads the journal at its own pace and is never dropped.
     */
    Flux<Event> subscribe(From from);

    /**
     * {@link #subscribe}, with what is true between the events: first arrival at the tail, and gaps. Below the
     * low-water mark it goes on at the low-water mark after a {@link StreamSignal.Gap} with the exact lost range.
     */
    Flux<StreamSignal> signals(From from);

    /** <em>Emits</em> the stream's state. <em>Fails with</em> {@link LogException.UnknownStream}. */
    Mono<StreamInfo> info();

    /**
     * Creates the stream with these settings, or tells that it exists; never changes one that does.
     *
     * <p>A deleted name goes on above its old high-water mark.
     */
    default Mono<Creation> create(StreamSettings settings) {
        return create(Beginning.with(settings));
    }

    /**
     * Creates the stream with all that it begins with in one commit, or tells that it exists; never changes one that
     * does.
     *
     * <p><em>Fails with</em> what {@link #append} fails with; for a fork, {@link LogException.UnknownStream} of the
     * source, {@link LogException.Ahead} and {@link LogException.Trimmed} for a fork point outside it, {@link
     * LogException.Conflict} when the name ever held an event (the shared events keep their numbers), {@link
     * LogException.LimitExceeded} above {@link ForkPoint#DEPTH_MAX}.
     */
    Mono<Creation> create(Beginning beginning);

    /**
     * Creates another stream that shares this one's events up to and including a sequence, under the same settings.
     *
     * <p>Nothing is copied, whatever is shared; the fork's own events go on from there. From then on the two are
     * independent: trimming or deleting one leaves the other readable, and space is given back when the last one that
     * needs it goes. Producers and keys of shared events are not known to the fork. <em>Fails with</em> what {@link
     * #create(Beginning)} fails with.
     *
     * @param through at least 0
     */
    Mono<Creation> fork(String target, long through);

    /** Replaces the settings. <em>Fails with</em> {@link LogException.UnknownStream}. */
    Mono<StreamInfo> configure(StreamSettings settings);

    /**
     * Drops all events up to and including a sequence. Repeating it changes nothing.
     *
     * <p><em>Fails with</em> {@link LogException.UnknownStream}, {@link LogException.Ahead} for a sequence above the
     * high-water mark.
     *
     * @param through at least 0
     */
    Mono<TrimResult> trim(long through);

    /**
     * Ends appends for ever. Repeating it changes nothing.
     *
     * <p><em>Fails with</em> {@link LogException.UnknownStream}, {@link LogException.Conflict}.
     */
    Mono<StreamInfo> seal(ExpectedSequence expected);

    /** {@link #seal(ExpectedSequence)} without expectation. */
    default Mono<StreamInfo> seal() {
        return seal(ExpectedSequence.any());
    }

    /**
     * Removes the stream. The name may be used again and goes on after its high-water mark.
     *
     * <p><em>Fails with</em> {@link LogException.UnknownStream}.
     */
    Mono<Void> delete();
}
