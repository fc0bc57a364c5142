package dev.fluxlog.sse;

import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event loop whose tasks run when the test says so, on its thread. As on a real one, what they throw ends nothing.
 * What is scheduled runs behind everything else once it is due, which nothing is that waits for longer than a test.
 */
final class StepLoop extends AbstractScheduledEventExecutor {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    /** Everything that waits, and what that brings. */
    void run() {
        for (Runnable task = oldest(); task != null; task = oldest()) {
            safeExecute(task);
        }
    }

    private @Nullable Runnable oldest() {
        Runnable task = tasks.poll();
        return task == null ? pollScheduledTask(getCurrentTimeNanos()) : task;
    }

    /** The oldest of what waits. */
    void step() {
        Runnable task = oldest();
        if (task != null) {
            safeExecute(task);
        }
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return true;
    }

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return terminationFuture();
    }

    @Override
    public Future<?> terminationFuture() {
        return ImmediateEventExecutor.INSTANCE.newPromise();
    }

    @Override
    @Deprecated
    public void shutdown() {}
}
