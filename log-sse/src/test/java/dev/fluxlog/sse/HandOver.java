package dev.fluxlog.sse;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Lets an event loop hand a task to a thread pool. The queue in between has a lock that is held for a few instructions
 * and never while anything is waited for; Reactor lets its own schedulers do the same.
 */
public final class HandOver implements BlockHoundIntegration {
    @Override
    public void applyTo(BlockHound.Builder builder) {
        // A thread of a pool that ends looks for its next task under the lock of the pool.
        builder.allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "getTask");
    }
}
