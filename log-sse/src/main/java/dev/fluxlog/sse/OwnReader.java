package dev.fluxlog.sse;

import dev.fluxlog.Event;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.concurrent.Queues;

/**
 * Reads the log for one session, at its pace: what was read waits here until the event loop takes it.
 *
 * <p>Problem: a connection that takes everything is served fastest when the log is read while it is written to, and one
 * that takes nothing must hold next to nothing. Idea: never more than {@value #ASKED_MAX} items are asked of the log.
 * While the connection <em>flows</em>, what arrives asks for more, until {@value #AHEAD_BYTES_MAX} bytes or
 * {@value #AHEAD_MAX} items wait; so reader and event loop work at the same time, and neither has to wake the other for
 * every burst. When it does not, those that wait count too, and so what waits runs down to {@value #ASKED_MAX} items.
 *
 * <p>Whoever finds that more may be asked for asks, the reader or the loop; both counts are one number, so that nothing
 * is asked for twice.
 */
final class OwnReader implements CoreSubscriber<LiveItem> {
    /** Most items asked of the log and not arrived; of a connection that does not flow, those that wait included. */
    static final int ASKED_MAX = 32;

    /** Most items that wait; those that were asked for come on top. */
    static final int AHEAD_MAX = 512;

    /** Most bytes of events that wait, likewise. */
    static final int AHEAD_BYTES_MAX = 64 << 10;

    /** Fewer are not asked for: each request costs about as much as reading some items. */
    private static final int ASKED_MIN = ASKED_MAX / 4;

    private static final long ONE_ASKED = 1L << 32;

    private final Queue<LiveItem> waiting =
            Queues.<LiveItem>unbounded(ASKED_MAX).get();

    /** Items asked for in the upper half, items that wait in the lower. */
    private final AtomicLong counts = new AtomicLong();

    private final AtomicInteger waitingBytes = new AtomicInteger();
    private final Runnable wake;
    private volatile @Nullable Subscription upstream;
    private volatile boolean flows;
    private volatile boolean complete;
    private volatile boolean cancelled;

    /** @param wake may be run by any thread, when there may be more */
    OwnReader(Runnable wake) {
        this.wake = wake;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        if (cancelled) {
            subscription.cancel();
        } else {
            ask();
        }
    }

    @Override
    public void onNext(LiveItem item) {
        if (counts.get() < ONE_ASKED) {
            throw new IllegalStateException("the log gave more than it was asked for");
        }
        waitingBytes.addAndGet(bytes(item));
        counts.addAndGet(1 - ONE_ASKED);
        waiting.add(item);
        wake.run();
        ask();
    }

    @Override
    public void onError(Throwable failure) {
        waiting.add(new LiveItem.Failed(Problems.of(failure)));
        counts.incrementAndGet();
        onComplete();
    }

    @Override
    public void onComplete() {
        complete = true;
        wake.run();
    }

    /** The next item, null when none waits. Event loop. */
    @Nullable
    LiveItem poll() {
        LiveItem item = waiting.poll();
        if (item != null) {
            waitingBytes.addAndGet(-bytes(item));
            counts.decrementAndGet();
        }
        return item;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Nothing waits, and nothing will. */
    boolean isDone() {
        return complete && waiting.isEmpty();
    }

    /** What was polled has been written. Event loop. */
    void taken(boolean nowFlows) {
        flows = nowFlows;
        ask();
    }

    private void ask() {
        Subscription log = upstream;
        if (log == null || cancelled) {
            return;
        }
        long before = counts.get();
        int more = more(before);
        while (more > 0 && !counts.compareAndSet(before, before + more * ONE_ASKED)) {
            before = counts.get();
            more = more(before);
        }
        if (more > 0) {
            log.request(more);
        }
    }

    private int more(long now) {
        int asked = (int) (now >>> 32);
        int items = (int) now;
        boolean room = flows && items < AHEAD_MAX && waitingBytes.get() < AHEAD_BYTES_MAX;
        int more = ASKED_MAX - asked - (room ? 0 : items);
        return more < ASKED_MIN ? 0 : more;
    }

    /** Any thread; what still arrives is dropped with this. */
    void cancel() {
        cancelled = true;
        Subscription log = upstream;
        if (log != null) {
            log.cancel();
        }
    }

    private static int bytes(LiveItem item) {
        return item instanceof LiveItem.Signal signal && signal.signal() instanceof Event event
                ? event.data().length
                : 0;
    }
}
