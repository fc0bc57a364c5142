package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/**
 * Consecutive items as one piece of a body, for the connections of one event loop, which owns it.
 *
 * <p>Who has had everything up to {@link #after} and wants all of it gets the piece itself, which is counted and not
 * copied. Who has had more, or wants less, gets a copy of what it lacks.
 */
final class Burst {
    private final long after;
    private final List<SharedItem> items;
    private final ByteBuf chunk;

    /**
     * @param after the place before the first item
     * @param items at least one
     */
    Burst(long after, List<SharedItem> items, ByteBufAllocator allocator) {
        this.after = after;
        this.items = items;
        this.chunk = written(items, allocator);
    }

    long after() {
        return after;
    }

    /** The place behind the last item. */
    long place() {
        return items.get(items.size() - 1).place();
    }

    /** Of memory that it keeps. */
    int bytes() {
        return 2 * chunk.capacity();
    }

    /** All of it, to be written once. */
    ByteBuf whole() {
        return chunk.retainedDuplicate();
    }

    /** The items of interest to one who has had everything up to a place. */
    List<SharedItem> rest(long seen, Types types) {
        return items.stream()
                .filter(item -> item.place() > seen && types.admits(item.type()))
                .toList();
    }

    void release() {
        chunk.release();
    }

    static ByteBuf written(List<SharedItem> items, ByteBufAllocator allocator) {
        int bytes = 0;
        for (SharedItem item : items) {
            bytes += item.bytes().length;
        }
        ByteBuf chunk = Chunk.begin(allocator, bytes);
        for (SharedItem item : items) {
            chunk.writeBytes(item.bytes());
        }
        return Chunk.end(chunk);
    }
}
