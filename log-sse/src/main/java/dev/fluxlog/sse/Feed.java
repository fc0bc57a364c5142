package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.From;
import dev.fluxlog.StreamSignal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * The one reader behind all sessions that follow the same from the tail on.
 *
 * <p>It ends when anything but events comes: the end of the stream, a gap, a failure. Its sessions then go on by
 * themselves, each behind what it has seen, and learn it first hand.
 *
 * <p>It writes each signal once and hands it to a group per event loop. At most {@value #AHEAD_MAX} items are on their
 * way: the log is asked for another when all groups have taken one. Groups always take, whatever their connections do,
 * so no connection can hold up the feed.
 *
 * <p>Groups come and go while items arrive. The reader first says how far it is ({@link #place}) and then looks for the
 * groups; a group first enters and then looks how far the reader is. So a group gets every item above the place it saw,
 * whatever the order of these steps; those up to it, which it may get too, it drops.
 */
final class Feed implements CoreSubscriber<StreamSignal> {
    /** Most items asked of the log and not yet taken by all groups. */
    static final int AHEAD_MAX = 64;

    /** Beyond it the buffer that items are written in is not kept. */
    private static final int SCRATCH_BYTES = 64 << 10;

    private static final int SCRATCH_MIN = 512;

    private static final FeedGroup[] NONE = {};

    private final Sharing sharing;
    private final LiveFrames frames;

    /** Written under the registry's lock for this feed, read by the reader. */
    private volatile FeedGroup[] groups = NONE;

    private volatile long place;
    private volatile boolean ended;
    private volatile @Nullable Subscription upstream;

    /** Owned by the reader, whose signals are serial. */
    private ByteBuf scratch = Unpooled.buffer(SCRATCH_MIN);

    /** @param start the place of the session that is the first to need it */
    Feed(Sharing sharing, long start) {
        this.sharing = sharing;
        this.frames = sharing.frames().get();
        this.place = start;
    }

    /** Begins to read where it was made to. */
    void start(long from) {
        sharing.signals().apply(From.after(from)).subscribe(this);
    }

    /** Equal for feeds of the same. */
    Object key() {
        return sharing.key();
    }

    boolean hasEnded() {
        return ended;
    }

    boolean isUnused() {
        return groups.length == 0;
    }

    void enter(FeedGroup group) {
        FeedGroup[] more = Arrays.copyOf(groups, groups.length + 1);
        more[groups.length] = group;
        groups = more;
    }

    void leave(FeedGroup group) {
        groups = Arrays.stream(groups).filter(other -> other != group).toArray(FeedGroup[]::new);
    }

    /** A group that has entered gets everything above it. */
    long place() {
        return place;
    }

    void cancel() {
        ended = true;
        Subscription log = upstream;
        if (log != null) {
            log.cancel();
        }
    }

    /** Items have been taken by all groups. */
    void taken(int count) {
        Subscription log = upstream;
        if (log != null && count > 0) {
            log.request(count);
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        if (ended) {
            subscription.cancel();
        } else {
            subscription.request(AHEAD_MAX);
        }
    }

    @Override
    public void onNext(StreamSignal signal) {
        if (signal instanceof StreamSignal.Gap) {
            // Each session has its own: it depends on what it has seen.
            cancel();
            onComplete();
        } else if (signal instanceof Event event) {
            frames.event(scratch, event);
            publish(sharing.numbering().of(event), event.type());
        } else if (signal instanceof StreamSignal.Passed passed) {
            frames.resumePoint(scratch, passed.position());
            publish(passed.position(), "");
        } else {
            taken(1);
        }
    }

    private void publish(long next, String type) {
        byte[] bytes = ByteBufUtil.getBytes(scratch);
        scratch = scratch.capacity() > SCRATCH_BYTES ? Unpooled.buffer(SCRATCH_MIN) : scratch.clear();
        // In this order: see above.
        place = next;
        FeedGroup[] present = groups;
        if (present.length == 0) {
            taken(1);
            return;
        }
        SharedItem item = new SharedItem(next, type, bytes, new AtomicInteger(present.length));
        for (FeedGroup group : present) {
            group.offer(item);
        }
    }

    /** Whatever it is, each session learns it from the log itself. */
    @Override
    public void onError(Throwable failure) {
        onComplete();
    }

    @Override
    public void onComplete() {
        ended = true;
        for (FeedGroup group : groups) {
            group.feedEnded();
        }
    }
}
