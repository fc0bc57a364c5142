package dev.fluxlog;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.MonoSink;

/**
 * One accepted piece of work for the writer: an append, a transaction, or a change of a stream.
 *
 * <p>The work checks everything it depends on before it writes the first frame into the plan, and refuses by throwing a
 * {@link LogException}. The answer, a refusal too, is given only after the group is committed, because it may rest on
 * what other work of the same group did.
 */
final class Command<T> implements Disposable {
    /** Size for admission and for the bounds of a group. */
    final long bytes;

    final int frames;

    private final Function<GroupPlan, T> work;
    private final MonoSink<T> sink;

    /** Set by the subscriber's thread; a command that has not been planned yet is then dropped. */
    private volatile boolean cancelled;

    /** Written by the writer thread, read by the notifier after the hand-over. */
    private @Nullable T result;

    private @Nullable LogException refusal;

    Command(long bytes, int frames, Function<GroupPlan, T> work, MonoSink<T> sink) {
        this.bytes = bytes;
        this.frames = frames;
        this.work = work;
        this.sink = sink;
        sink.onCancel(this);
    }

    /** Nobody waits for the answer any more. */
    @Override
    public void dispose() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    void plan(GroupPlan plan) {
        try {
            result = work.apply(plan);
        } catch (LogException e) {
            refusal = e;
        }
    }

    /** Whatever the work found, the group it was planned in has failed. */
    void refuse(LogException cause) {
        refusal = cause;
    }

    void answer() {
        if (refusal != null) {
            sink.error(refusal);
        } else if (result != null) {
            sink.success(result);
        }
    }
}
