package dev.fluxlog.cli;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.From;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamInfo;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the commands need of a log, wherever it is.
 *
 * <p>Events come out as the lines that are printed, so that what a gateway wrote reaches the shell unchanged. Every
 * publisher is cold; each may fail with a {@link Refusal}, or with {@link Lost} when the log cannot be reached.
 */
interface LogAccess {

    Mono<AppendResult> append(String stream, List<NewEvent> events, AppendOptions options);

    /** Completes at the tail as of subscribing, or at the limit. */
    Flux<EventLine> read(String stream, ReadOptions options);

    /** {@link #read}, as events. */
    Flux<Event> events(String stream, ReadOptions options);

    /** Makes a stream that does not exist, with this media type, empty for none. */
    Mono<Void> create(String stream, String contentType);

    /** Whether appended events get the time of the {@link SettableClock} that this was opened with. */
    boolean keepsTime();

    /**
     * One attempt to follow a stream. <em>Completes</em> when the connection ends; only after {@link
     * FollowSignal.Sealed} is that the end of the stream.
     */
    Flux<FollowSignal> follow(String stream, From from);

    /** One attempt to follow many streams, by positions. <em>Completes</em> when the connection ends. */
    Flux<FollowSignal> follow(Selection selection, From from);

    /** In the order of their names. */
    Flux<StreamInfo> streams(String prefix);

    Mono<StreamInfo> info(String stream);

    /** Emits the low-water mark from now on. */
    Mono<Long> trim(String stream, long through);

    /** Emits the high-water mark at which the stream ended. */
    Mono<Long> seal(String stream);

    Mono<Void> delete(String stream);

    Mono<Void> close();
}
