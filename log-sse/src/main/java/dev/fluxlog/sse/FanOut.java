package dev.fluxlog.sse;

import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Who follows what in this gateway: one feed for all sessions that follow the same, one group of it per event loop.
 *
 * <p>A feed is there while it has a group, a group while it has a member.
 */
final class FanOut {
    /** Most bytes that all groups together keep for members that lag; beyond it, those read the log at once. */
    static final long RECENT_BYTES_MAX = 32L << 20;

    private final Map<Object, Feed> feeds = new ConcurrentHashMap<>();

    /** Each inner map is owned by its loop. */
    private final Map<EventExecutor, Map<Object, FeedGroup>> groups = new ConcurrentHashMap<>();

    private final AtomicLong recentBytes = new AtomicLong();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger alone = new AtomicInteger();
    private final LongAdder fallenBehind = new LongAdder();
    private final LongAdder returned = new LongAdder();

    /**
     * The group of what a session follows, on the loop of its connection; made when there is none. On that loop.
     *
     * @param seen where a new feed begins
     */
    FeedGroup group(Sharing sharing, Outlet outlet, long seen) {
        EventExecutor loop = outlet.loop();
        Map<Object, FeedGroup> own = of(loop);
        FeedGroup known = own.get(sharing.key());
        if (known != null) {
            return known;
        }
        FeedGroup[] made = new FeedGroup[1];
        Feed[] fresh = new Feed[1];
        feeds.compute(sharing.key(), (key, present) -> {
            Feed feed = present;
            if (feed == null || feed.hasEnded()) {
                feed = new Feed(sharing, seen);
                fresh[0] = feed;
            }
            made[0] = new FeedGroup(this, feed, loop, outlet.allocator());
            feed.enter(made[0]);
            return feed;
        });
        FeedGroup group = made[0];
        own.put(sharing.key(), group);
        group.begin();
        if (fresh[0] != null) {
            fresh[0].start(seen);
        }
        return group;
    }

    /** The group is empty. On its loop. */
    void leave(FeedGroup group) {
        Feed feed = group.feed();
        Object key = feed.key();
        of(group.loop()).remove(key, group);
        feeds.compute(key, (same, present) -> {
            feed.leave(group);
            return present == feed && feed.isUnused() ? null : present;
        });
        if (feed.isUnused()) {
            feed.cancel();
        }
    }

    private Map<Object, FeedGroup> of(EventExecutor loop) {
        return groups.computeIfAbsent(loop, fresh -> new HashMap<>());
    }

    void keep(long bytes) {
        recentBytes.addAndGet(bytes);
    }

    boolean isFull() {
        return recentBytes.get() > RECENT_BYTES_MAX;
    }

    void opened() {
        sessions.incrementAndGet();
    }

    void closed() {
        sessions.decrementAndGet();
    }

    /** A session begins to read by itself. */
    void readsAlone() {
        alone.incrementAndGet();
    }

    void readsNoMore() {
        alone.decrementAndGet();
    }

    /** A member has missed more than its group keeps. */
    void fellBehind() {
        fallenBehind.increment();
    }

    /** One that had fallen behind is up to date again. */
    void cameBack() {
        returned.increment();
    }

    void writeTo(JsonText json) {
        json.object();
        json.name("subscribers").number(sessions.get());
        json.name("readingAlone").number(alone.get());
        json.name("feeds").number(feeds.size());
        json.name("recentBytes").number(recentBytes.get());
        json.name("recentBytesMax").number(RECENT_BYTES_MAX);
        json.name("fellBehind").number(fallenBehind.sum());
        json.name("cameBack").number(returned.sum());
        json.end();
    }
}
