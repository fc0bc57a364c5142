package dev.fluxlog.sse;

import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.concurrent.Queues;

/**
 * Reads the log for one session, at its pace: at most {@value #AHEAD_MAX} items wait here until the event loop takes
 * them, and the log is asked for as many as it took.
 */
final class OwnReader implements CoreSubscriber<LiveItem> {
    /** Most items asked of the log ahead of the writing. */
    static final int AHEAD_MAX = 32;

    private final Queue<LiveItem> waiting = Queues.<LiveItem>get(2 * AHEAD_MAX).get();
    private final Runnable wake;
    private volatile @Nullable Subscription upstream;
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
            subscription.request(AHEAD_MAX);
        }
    }

    @Override
    public void onNext(LiveItem item) {
        offer(item);
        wake.run();
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
        wake.run();
    }

    /** The next item, null when none waits. Event loop. */
    @Nullable
    LiveItem poll() {
        return waiting.poll();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Nothing waits, and nothing will. */
    boolean isDone() {
        return complete && waiting.isEmpty();
    }

    /** Items have been written. */
    void taken(int count) {
        Subscription log = upstream;
        if (log != null && !cancelled) {
            log.request(count);
        }
    }

    /** Any thread; what still arrives is dropped with this. */
    void cancel() {
        cancelled = true;
        Subscription log = upstream;
        if (log != null) {
            log.cancel();
        }
    }
}
