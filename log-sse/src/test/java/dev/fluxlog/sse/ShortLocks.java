package dev.fluxlog.sse;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Locks that an event loop may meet: they are held for a few instructions and never while anything is waited for.
 */
public final class ShortLocks implements BlockHoundIntegration {
    @Override
    public void applyTo(BlockHound.Builder builder) {
        // Where a task is handed to a thread pool: one of its threads that ends looks for its next task under this
        // lock. Reactor lets its own schedulers do the same.
        builder.allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "getTask");
        // Where Netty's memory gets more parts, because several loops wanted the same one. Netty lets itself do the
        // like
        // in its other allocator.
        builder.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$Magazine", "free");
        builder.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "free");
    }
}
