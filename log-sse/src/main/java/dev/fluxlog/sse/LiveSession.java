package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.From;
import dev.fluxlog.StreamSignal;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * One open stream to one client, owned by the event loop of its connection.
 *
 * <p>It holds one number, the last place that was written, and goes on behind it in one of two ways. <em>Alone</em>, with
 * a reader of its own: from the place it was asked for to the tail, and whenever it has missed more than its group
 * keeps. <em>In a group</em>, from the tail on: the group hands it bursts that are written for all. It goes over when
 * the group reaches back to its number, and everything that follows has a higher one; so nothing is lost or repeated,
 * however often it happens.
 *
 * <p>It writes only while the outlet is open. A client that takes nothing holds at most the channel's high-water mark
 * and one burst, and when it reads alone, what its reader has ahead. All that waits goes out as one burst, which
 * makes one write out of many events when they come fast and delays none when they come slowly.
 */
final class LiveSession {
    /** Bytes at which a burst is ended; one larger event is a burst of its own. */
    private static final int BURST_BYTES = 32 << 10;

    private static final int BURST_BYTES_EXPECTED = 512;

    /** Bursts that are written before anything else that the event loop has to do. */
    private static final int BURSTS_AT_ONCE = 4;

    private final Outlet outlet;
    private final LiveOptions options;
    private final FanOut fanOut;
    private final MonoSink<Void> end;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    // Owned by the event loop, as is everything below.
    private @Nullable OwnReader reader;
    private @Nullable FeedGroup group;

    /** Its index in the group, which keeps it. */
    int memberNumber;

    private int burstBytes = BURST_BYTES_EXPECTED;

    /** Others have their turn. Event loop. */
    private boolean resting;

    private long seen;
    private long told;
    private long written = System.nanoTime();
    private boolean caughtUp;
    private boolean behind;
    private boolean ended;
    private @Nullable Future<?> heartbeat;

    private LiveSession(Outlet outlet, LiveOptions options, FanOut fanOut, MonoSink<Void> end) {
        this.outlet = outlet;
        this.options = options;
        this.fanOut = fanOut;
        this.end = end;
        this.told = options.start();
        this.seen = Math.max(0, options.start());
    }

    /**
     * Writes the body of an answer whose head is out. <em>Completes</em> when all of it was written. <em>Cancel</em> ends
     * the session.
     */
    static Mono<Void> body(Outlet outlet, LiveOptions options, FanOut fanOut) {
        return Mono.create(end -> {
            LiveSession session = new LiveSession(outlet, options, fanOut, end);
            Disposable watch = outlet.onOpen(session::wake);
            fanOut.opened();
            session.onLoop(session::open);
            Disposable drain = options.drain().onBegin(() -> session.onLoop(session::bye));
            Disposable expiry = options.expiry().subscribe(problem -> session.onLoop(() -> session.expire(problem)));
            end.onDispose(() -> {
                drain.dispose();
                expiry.dispose();
                fanOut.closed();
                session.onLoop(() -> session.release(watch));
            });
        });
    }

    private void wake() {
        if (scheduled.compareAndSet(false, true)) {
            onLoop(this::write);
        }
    }

    private void onLoop(Runnable action) {
        try {
            outlet.loop().execute(() -> run(action));
        } catch (RejectedExecutionException loopHasEnded) {
            OwnReader own = reader;
            if (own != null) {
                own.cancel();
            }
        }
    }

    /** A defect ends this session, never silently. */
    private void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable defect) {
            // Errors too: one that was out of memory for a moment would stay open and send nothing any more.
            ended = true;
            stop();
            end.error(defect instanceof Exception ? defect : covered(defect));
        }
    }

    /** Operators throw what they hold to be fatal, instead of handing it down. */
    private static Exception covered(Throwable error) {
        return new IllegalStateException("an open stream has failed", error);
    }

    private void open() {
        if (ended) {
            return;
        }
        readAlone(options.from());
        emit(buffer -> options.frames().opening(buffer, options.retry().toMillis()));
        if (!ended) {
            heartbeatIn(options.heartbeat().toNanos());
        }
    }

    private void readAlone(From from) {
        OwnReader own = new OwnReader(this::wake);
        reader = own;
        fanOut.readsAlone();
        options.items().apply(from).subscribe(own);
    }

    private void readNoMore() {
        OwnReader own = reader;
        if (own != null) {
            own.cancel();
            reader = null;
            fanOut.readsNoMore();
        }
    }

    /** The group is no more. */
    void goOnAlone() {
        group = null;
        if (!ended && reader == null) {
            run(() -> readAlone(From.after(seen)));
        }
    }

    /** There may be more to write, or room for it. */
    private void write() {
        scheduled.set(false);
        if (resting) {
            return;
        }
        OwnReader own = reader;
        if (own == null) {
            catchUp();
            return;
        }
        for (int bursts = 0; !ended && outlet.isOpen() && !own.isEmpty(); bursts++) {
            if (bursts == BURSTS_AT_ONCE) {
                // The log may be read as fast as this is written.
                rest();
                return;
            }
            burst(own);
        }
        if (ended) {
            return;
        }
        if (own.isDone()) {
            end();
        } else if (caughtUp && own.isEmpty()) {
            share();
        }
    }

    /**
     * Other connections of the loop have their turn first. What a loop is told to execute it executes before it looks
     * after its connections again, many times over; what is scheduled comes after them.
     */
    private void rest() {
        resting = true;
        try {
            Future<?> unused = outlet.loop().schedule(() -> run(this::restIsOver), 1, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException loopHasEnded) {
            readNoMore();
        }
    }

    private void restIsOver() {
        resting = false;
        write();
    }

    private void burst(OwnReader own) {
        emit(burstBytes, buffer -> {
            int from = buffer.writerIndex();
            LiveItem item;
            while (buffer.writerIndex() - from < BURST_BYTES && (item = own.poll()) != null) {
                append(buffer, item);
            }
            // The next one is likely to be as large, and a buffer that grows is copied each time.
            int written = buffer.writerIndex() - from;
            burstBytes = Math.min(2 * BURST_BYTES, Math.max(BURST_BYTES_EXPECTED, written));
        });
        if (!ended) {
            own.taken(outlet.isOpen());
        }
    }

    /** Lets the group go on from here, if it can. */
    private void share() {
        Sharing sharing = options.sharing();
        if (sharing == null) {
            return;
        }
        FeedGroup joined = group;
        if (joined == null) {
            joined = fanOut.group(sharing, outlet, seen);
            joined.add(this);
            group = joined;
        }
        if (joined.reaches(seen)) {
            readNoMore();
            if (behind) {
                behind = false;
                fanOut.cameBack();
            }
            catchUp();
        }
    }

    /** The group has something new. A connection that is full is offered it again when it is not. */
    void offered() {
        if (reader == null && outlet.isOpen()) {
            run(this::catchUp);
        }
    }

    /** Writes what the group has and this client has not seen. */
    private void catchUp() {
        FeedGroup joined = group;
        Sharing sharing = options.sharing();
        if (ended || joined == null || sharing == null || seen >= joined.place() || !outlet.isOpen()) {
            return;
        }
        Burst newest = joined.newest();
        if (newest != null && seen >= newest.after()) {
            write(newest, sharing.types());
        } else if (joined.reaches(seen)) {
            for (Burst burst : joined.recent()) {
                if (burst.place() > seen && outlet.isOpen()) {
                    write(burst, sharing.types());
                }
            }
        } else {
            behind = true;
            fanOut.fellBehind();
            readAlone(From.after(seen));
            return;
        }
        outlet.flush();
    }

    private void write(Burst burst, Types types) {
        long before = seen;
        seen = burst.place();
        if (types.all() && before == burst.after()) {
            told = seen;
            write(burst.whole());
            return;
        }
        List<SharedItem> rest = burst.rest(before, types);
        if (!rest.isEmpty()) {
            told = rest.get(rest.size() - 1).place();
            write(Burst.written(rest, outlet.allocator()));
        }
    }

    private void write(ByteBuf chunk) {
        written = System.nanoTime();
        outlet.write(chunk);
    }

    private void append(ByteBuf buffer, LiveItem item) {
        LiveFrames frames = options.frames();
        if (item instanceof LiveItem.Signal signal) {
            append(buffer, signal.signal());
        } else if (item instanceof LiveItem.Ahead ahead) {
            frames.ahead(buffer, ahead);
            seen = ahead.highWaterMark();
            resumePoint(buffer);
        } else if (item instanceof LiveItem.Failed failed) {
            frames.failed(buffer, failed.problem(), options.jittered());
        } else {
            if (told != seen) {
                resumePoint(buffer);
            }
            frames.sealed(buffer, seen);
        }
    }

    private void append(ByteBuf buffer, StreamSignal signal) {
        if (signal instanceof Event event) {
            seen = options.numbering().of(event);
            if (options.wanted().test(event)) {
                options.frames().event(buffer, event);
                told = seen;
            }
        } else if (signal instanceof StreamSignal.Gap gap) {
            seen = options.numbering().behind(gap, seen);
            options.frames().gap(buffer, gap);
        } else if (signal instanceof StreamSignal.CaughtUp tail) {
            seen = tail.sequence();
            firstAtTail(buffer);
        } else if (signal instanceof StreamSignal.Passed passed) {
            seen = passed.position();
            resumePoint(buffer);
        }
    }

    /** Told once, however often it has to read alone again. */
    private void firstAtTail(ByteBuf buffer) {
        if (!caughtUp) {
            caughtUp = true;
            options.frames().caughtUp(buffer, seen);
        }
        if (told < 0) {
            resumePoint(buffer);
        }
    }

    /** Where the client is to go on, when no event has told it. */
    private void resumePoint(ByteBuf buffer) {
        options.frames().resumePoint(buffer, seen);
        told = seen;
    }

    private void beat() {
        long silence = System.nanoTime() - written;
        long period = options.heartbeat().toNanos();
        if (ended) {
            return;
        }
        if (silence >= period && outlet.isOpen()) {
            emit(buffer -> {
                options.frames().heartbeat(buffer, seen);
                if (told >= 0 && told != seen) {
                    resumePoint(buffer);
                }
            });
            silence = 0;
        }
        heartbeatIn(Math.max(1, silence >= period ? period : period - silence));
    }

    private void heartbeatIn(long nanos) {
        heartbeat = outlet.loop().schedule(() -> run(this::beat), nanos, TimeUnit.NANOSECONDS);
    }

    private void bye() {
        if (!ended) {
            emit(buffer -> options.frames().bye(buffer, options.jittered()));
            end();
        }
    }

    private void expire(Problem problem) {
        if (!ended) {
            emit(buffer ->
                    options.frames().failed(buffer, problem, options.retry().toMillis()));
            end();
        }
    }

    private void end() {
        ended = true;
        stop();
        end.success();
    }

    private void emit(Consumer<ByteBuf> writer) {
        emit(BURST_BYTES_EXPECTED, writer);
    }

    private void emit(int bytesExpected, Consumer<ByteBuf> writer) {
        ByteBuf buffer = Chunk.begin(outlet.allocator(), bytesExpected);
        try {
            writer.accept(buffer);
        } catch (Throwable e) {
            buffer.release();
            throw e;
        }
        if (!buffer.isReadable()) {
            buffer.release();
            return;
        }
        write(Chunk.end(buffer));
        outlet.flush();
    }

    /** Nothing more is read for it. */
    private void stop() {
        readNoMore();
        FeedGroup joined = group;
        if (joined != null) {
            group = null;
            joined.remove(this);
        }
    }

    private void release(Disposable watch) {
        ended = true;
        stop();
        Future<?> pending = heartbeat;
        if (pending != null) {
            pending.cancel(false);
        }
        watch.dispose();
    }
}
