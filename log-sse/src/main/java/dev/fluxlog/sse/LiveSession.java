package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.StreamSignal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.util.concurrent.Queues;

/**
 * One open stream to one client.
 *
 * <p>The log offers items on its threads; they wait in a queue of at most {@value #AHEAD_MAX} until the event loop of
 * the connection, which owns everything else here, writes them. It writes only while the channel is writable, so a
 * client that takes nothing holds at most the channel's high-water mark, one burst and the queue, and the log is asked
 * for no more: the reader behind it stands still. All that waits goes out as one burst, which makes one write out of
 * many events when they come fast and delays none when they come slowly.
 */
final class LiveSession implements CoreSubscriber<LiveItem> {
    /** Most items asked of the log ahead of the writing. */
    static final int AHEAD_MAX = 32;

    /** Bytes at which a burst is ended; one larger event is a burst of its own. */
    private static final int BURST_BYTES = 32 << 10;

    private final Channel channel;
    private final Options options;
    private final FluxSink<ByteBuf> out;
    private final Queue<LiveItem> waiting = Queues.<LiveItem>get(2 * AHEAD_MAX).get();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile @Nullable Subscription upstream;
    private volatile boolean complete;
    private volatile boolean closed;

    // Owned by the event loop.
    private long seen;
    private long told;
    private long written = System.nanoTime();
    private boolean ended;
    private @Nullable Future<?> heartbeat;

    /**
     * How a session behaves.
     *
     * @param wanted which events are sent
     * @param numbering of the places that the client is told
     * @param start the place that the client resumes after by itself; -1 for one it cannot name again
     */
    record Options(
            LiveFrames frames,
            Numbering numbering,
            Predicate<Event> wanted,
            long start,
            Duration heartbeat,
            Duration retry,
            Drain drain) {}

    private LiveSession(Channel channel, Options options, FluxSink<ByteBuf> out) {
        this.channel = channel;
        this.options = options;
        this.out = out;
        this.told = options.start;
        this.seen = Math.max(0, options.start);
    }

    /** The body of the answer. The items never fail: what ends them is an item. */
    static Flux<ByteBuf> body(Flux<LiveItem> items, Channel channel, Options options) {
        return Flux.<ByteBuf>create(out -> {
                    LiveSession session = new LiveSession(channel, options, out);
                    WritabilityWatch watch = new WritabilityWatch(session);
                    channel.pipeline().addFirst(watch);
                    session.onLoop(session::open);
                    Disposable drain = options.drain.onBegin(() -> session.onLoop(session::bye));
                    out.onDispose(() -> {
                        drain.dispose();
                        session.cancelUpstream();
                        session.onLoop(() -> session.release(watch));
                    });
                    items.subscribe(session);
                })
                .doOnDiscard(ByteBuf.class, ByteBuf::release);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        if (closed) {
            subscription.cancel();
        } else {
            subscription.request(AHEAD_MAX);
        }
    }

    @Override
    public void onNext(LiveItem item) {
        offer(item);
        wake();
    }

    @Override
    public void onError(Throwable failure) {
        offer(new LiveItem.Failed(Problems.of(failure)));
        onComplete();
    }

    private void offer(LiveItem item) {
        if (!waiting.offer(item)) {
            throw new IllegalStateException("the log gave more than it was asked for");
        }
    }

    @Override
    public void onComplete() {
        complete = true;
        wake();
    }

    private void wake() {
        if (scheduled.compareAndSet(false, true)) {
            onLoop(this::write);
        }
    }

    private void onLoop(Runnable action) {
        try {
            channel.eventLoop().execute(() -> run(action));
        } catch (RejectedExecutionException loopHasEnded) {
            cancelUpstream();
        }
    }

    /** A defect ends this session, never silently. */
    private void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException defect) {
            ended = true;
            cancelUpstream();
            out.error(defect);
        }
    }

    private void open() {
        emit(buffer -> options.frames.opening(buffer, options.retry.toMillis()));
        heartbeatIn(options.heartbeat.toNanos());
    }

    private void write() {
        scheduled.set(false);
        while (!ended && channel.isWritable() && !waiting.isEmpty()) {
            burst();
        }
        if (!ended && complete && waiting.isEmpty()) {
            end();
        }
    }

    private void burst() {
        int[] taken = new int[1];
        emit(buffer -> {
            LiveItem item;
            while (buffer.readableBytes() < BURST_BYTES && (item = waiting.poll()) != null) {
                taken[0]++;
                append(buffer, item);
            }
        });
        Subscription log = upstream;
        if (log != null && !ended) {
            log.request(taken[0]);
        }
    }

    private void append(ByteBuf buffer, LiveItem item) {
        LiveFrames frames = options.frames;
        if (item instanceof LiveItem.Signal signal) {
            append(buffer, signal.signal());
        } else if (item instanceof LiveItem.Ahead ahead) {
            frames.ahead(buffer, ahead);
            seen = ahead.highWaterMark();
            resumePoint(buffer);
        } else if (item instanceof LiveItem.Failed failed) {
            frames.failed(buffer, failed.problem(), jittered());
        } else {
            if (told != seen) {
                resumePoint(buffer);
            }
            frames.sealed(buffer, seen);
        }
    }

    private void append(ByteBuf buffer, StreamSignal signal) {
        if (signal instanceof Event event) {
            seen = options.numbering.of(event);
            if (options.wanted.test(event)) {
                options.frames.event(buffer, event);
                told = seen;
            }
        } else if (signal instanceof StreamSignal.Gap gap) {
            seen = options.numbering.behind(gap, seen);
            options.frames.gap(buffer, gap);
        } else if (signal instanceof StreamSignal.CaughtUp caughtUp) {
            seen = caughtUp.sequence();
            options.frames.caughtUp(buffer, seen);
            if (told < 0) {
                resumePoint(buffer);
            }
        } else if (signal instanceof StreamSignal.Passed passed) {
            seen = passed.position();
            resumePoint(buffer);
        }
    }

    /** Where the client is to go on, when no event has told it. */
    private void resumePoint(ByteBuf buffer) {
        options.frames.resumePoint(buffer, seen);
        told = seen;
    }

    private void beat() {
        long silence = System.nanoTime() - written;
        long period = options.heartbeat.toNanos();
        if (ended) {
            return;
        }
        if (silence >= period && channel.isWritable()) {
            emit(buffer -> {
                options.frames.heartbeat(buffer, seen);
                if (told >= 0 && told != seen) {
                    resumePoint(buffer);
                }
            });
            silence = 0;
        }
        heartbeatIn(Math.max(1, silence >= period ? period : period - silence));
    }

    private void heartbeatIn(long nanos) {
        heartbeat = channel.eventLoop().schedule(() -> run(this::beat), nanos, TimeUnit.NANOSECONDS);
    }

    private void bye() {
        if (!ended) {
            emit(buffer -> options.frames.bye(buffer, jittered()));
            end();
        }
    }

    private void end() {
        ended = true;
        cancelUpstream();
        out.complete();
    }

    /** Clients that are sent away together do not come back together. */
    private long jittered() {
        long retry = options.retry.toMillis();
        return retry + ThreadLocalRandom.current().nextLong(retry + 1);
    }

    private void emit(Consumer<ByteBuf> writer) {
        ByteBuf buffer = channel.alloc().buffer();
        try {
            writer.accept(buffer);
        } catch (RuntimeException e) {
            buffer.release();
            throw e;
        }
        if (!buffer.isReadable()) {
            buffer.release();
            return;
        }
        written = System.nanoTime();
        out.next(buffer);
    }

    private void cancelUpstream() {
        closed = true;
        Subscription log = upstream;
        if (log != null) {
            log.cancel();
        }
    }

    private void release(WritabilityWatch watch) {
        ended = true;
        waiting.clear();
        Future<?> pending = heartbeat;
        if (pending != null) {
            pending.cancel(false);
        }
        if (channel.pipeline().context(watch) != null) {
            channel.pipeline().remove(watch);
        }
    }

    /** Goes on writing when the channel takes bytes again. */
    private static final class WritabilityWatch extends ChannelInboundHandlerAdapter {
        private final LiveSession session;

        WritabilityWatch(LiveSession session) {
            this.session = session;
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (context.channel().isWritable()) {
                session.wake();
            }
            context.fireChannelWritabilityChanged();
        }
    }
}
