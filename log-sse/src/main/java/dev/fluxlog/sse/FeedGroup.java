package dev.fluxlog.sse;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of one event loop that follow the same.
 *
 * <p>What the feed has for them is made into one burst, which every member that is up to date writes, and every other
 * leaves. A member compares one number: it takes a burst only when it has seen everything before it. So it makes no
 * difference how members come, fall behind and return; none of it can lose or repeat an event.
 *
 * <p>The newest bursts are kept for a while, so that a member whose connection was full for a moment finds what it missed.
 * One that missed more reads the log by itself until it is back within them. When anything goes wrong here, all do.
 */
final class FeedGroup implements Runnable {
    /** Bytes at which a burst is ended; one larger item is a burst of its own. */
    private static final int BURST_BYTES = 32 << 10;

    /** Most bytes of bursts that are kept for members that lag. */
    static final int RECENT_BYTES_MAX = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(FeedGroup.class);

    private final FanOut fanOut;
    private final Feed feed;
    private final EventExecutor loop;
    private final ByteBufAllocator allocator;
    private final Queue<SharedItem> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean feedEnded;

    // Owned by the event loop.
    private final List<LiveSession> members = new ArrayList<>();
    private final Deque<Burst> recent = new ArrayDeque<>();
    private int recentBytes;
    private long place;
    private boolean closed;

    FeedGroup(FanOut fanOut, Feed feed, EventExecutor loop, ByteBufAllocator allocator) {
        this.fanOut = fanOut;
        this.feed = feed;
        this.loop = loop;
        this.allocator = allocator;
    }

    /** The group has entered the feed. */
    void begin() {
        place = feed.place();
        if (feed.hasEnded()) {
            feedEnded();
        }
    }

    Feed feed() {
        return feed;
    }

    EventExecutor loop() {
        return loop;
    }

    /** The reader of the feed has something. */
    void offer(SharedItem item) {
        inbox.add(item);
        schedule();
    }

    /** Nothing more will be offered. Any thread. */
    void feedEnded() {
        feedEnded = true;
        schedule();
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                loop.execute(this);
            } catch (RejectedExecutionException loopHasEnded) {
                feed.cancel();
            }
        }
    }

    void add(LiveSession member) {
        member.memberNumber = members.size();
        members.add(member);
    }

    void remove(LiveSession member) {
        LiveSession last = members.remove(members.size() - 1);
        if (last != member) {
            members.set(member.memberNumber, last);
            last.memberNumber = member.memberNumber;
        }
        if (members.isEmpty()) {
            close();
        }
    }

    /** Everything up to here was offered to the members. */
    long place() {
        return place;
    }

    /** Whether nothing is missing between what a member has seen and what comes next. */
    boolean reaches(long seen) {
        return seen >= place || (!recent.isEmpty() && seen >= recent.getFirst().after());
    }

    /** The one that ends at {@link #place}, while it is kept. */
    @Nullable
    Burst newest() {
        return recent.peekLast();
    }

    /** Consecutive; the last one ends at {@link #place}. */
    Collection<Burst> recent() {
        return recent;
    }

    @Override
    public void run() {
        scheduled.set(false);
        boolean last = feedEnded;
        if (closed) {
            drop();
            return;
        }
        try {
            List<SharedItem> items = take();
            if (!items.isEmpty()) {
                deliver(new Burst(place, items, allocator));
            }
        } catch (Throwable defect) {
            // Out of memory, as a rule. What was taken is nowhere but in the log: there each member finds it. First of
            // all,
            // so that nothing is ever handed out behind what is missing, even if there is no memory for the rest.
            closed = true;
            end();
            LOG.warn("A group of followers was given up, and each goes on alone", defect);
            return;
        }
        if (!inbox.isEmpty()) {
            // Behind whatever else the loop has to do: what comes meanwhile makes the next burst larger.
            schedule();
        } else if (last) {
            end();
        }
    }

    private List<SharedItem> take() {
        List<SharedItem> items = new ArrayList<>();
        int bytes = 0;
        int done = 0;
        long reached = place;
        try {
            while (bytes < BURST_BYTES) {
                SharedItem item = inbox.poll();
                if (item == null) {
                    break;
                }
                done += item.takenByAll() ? 1 : 0;
                if (item.place() > reached) {
                    items.add(item);
                    bytes += item.bytes().length;
                    reached = item.place();
                }
            }
        } finally {
            // Even if it fails halfway: other groups wait for it.
            feed.taken(done);
        }
        return items;
    }

    private void deliver(Burst burst) {
        place = burst.place();
        recent.addLast(burst);
        keep(burst.bytes());
        for (int i = members.size() - 1; i >= 0; i--) {
            members.get(i).offered();
        }
        while (recentBytes > RECENT_BYTES_MAX || (fanOut.isFull() && !recent.isEmpty())) {
            forget();
        }
    }

    private void forget() {
        Burst oldest = recent.removeFirst();
        keep(-oldest.bytes());
        oldest.release();
    }

    private void keep(int bytes) {
        recentBytes += bytes;
        fanOut.keep(bytes);
    }

    /** Each member goes on by itself; some may become members of another group at once. */
    private void end() {
        List<LiveSession> left = List.copyOf(members);
        members.clear();
        close();
        left.forEach(LiveSession::goOnAlone);
    }

    private void close() {
        closed = true;
        fanOut.leave(this);
        while (!recent.isEmpty()) {
            forget();
        }
        drop();
    }

    /** Nobody is left to tell; other groups wait for it all the same. */
    private void drop() {
        int done = 0;
        for (SharedItem item = inbox.poll(); item != null; item = inbox.poll()) {
            done += item.takenByAll() ? 1 : 0;
        }
        feed.taken(done);
    }
}
