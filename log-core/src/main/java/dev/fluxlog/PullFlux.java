package dev.fluxlog;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * A cold publisher over a blocking source that sometimes has to be waited for.
 *
 * <p>Problem: no operator of Reactor honours demand to the letter over a source that blocks, falls idle, and is woken
 * from elsewhere. Idea: one drain loop per subscription, run on a reader thread by whoever finds it idle: a request, a
 * wake-up or a cancellation only counts itself in ({@code wip}) and schedules the loop when it was not running.
 *
 * <p>Invariants: items are pulled only against demand; signals are serial; nothing follows a cancellation that the loop
 * has seen; a request of less than 1 ends the subscription with {@link IllegalArgumentException} (Reactive Streams
 * 1.0.4, rule 3.9). After {@value #SLICE} items the loop goes to the end of the queue, so that one fast subscriber does
 * not keep a reader thread from the others.
 */
final class PullFlux<T> extends Flux<T> {
    private static final int SLICE = 1024;

    private final Supplier<Pull<T>> source;
    private final Executor readers;

    /** @param source makes the source of one subscription; may throw a {@link LogException}; does not block */
    PullFlux(Supplier<Pull<T>> source, Executor readers) {
        this.source = source;
        this.readers = readers;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Pull<T> pull;
        try {
            pull = source.get();
        } catch (LogException e) {
            Operators.error(actual, e);
            return;
        }
        PullSubscription<T> subscription = new PullSubscription<>(actual, pull, readers);
        actual.onSubscribe(subscription);
        subscription.start();
    }

    private static final class PullSubscription<T> implements Subscription, Runnable {
        @SuppressWarnings("rawtypes")
        private static final AtomicIntegerFieldUpdater<PullSubscription> WIP =
                AtomicIntegerFieldUpdater.newUpdater(PullSubscription.class, "wip");

        @SuppressWarnings("rawtypes")
        private static final AtomicLongFieldUpdater<PullSubscription> REQUESTED =
                AtomicLongFieldUpdater.newUpdater(PullSubscription.class, "requested");

        private final CoreSubscriber<? super T> actual;
        private final Pull<T> pull;
        private final Executor readers;

        private volatile int wip;
        private volatile long requested;
        private volatile boolean cancelled;
        private volatile @Nullable Throwable violation;

        /** Owned by the drain loop. */
        private boolean terminated;

        PullSubscription(CoreSubscriber<? super T> actual, Pull<T> pull, Executor readers) {
            this.actual = actual;
            this.pull = pull;
            this.readers = readers;
        }

        void start() {
            if (!cancelled) {
                pull.start(this::schedule);
                if (cancelled) {
                    pull.stop();
                }
            }
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                violation = new IllegalArgumentException("request is at least 1 (rule 3.9): " + n);
            } else {
                Operators.addCap(REQUESTED, this, n);
            }
            schedule();
        }

        @Override
        public void cancel() {
            cancelled = true;
            pull.stop();
        }

        private void schedule() {
            if (WIP.getAndIncrement(this) == 0) {
                execute();
            }
        }

        private void execute() {
            try {
                readers.execute(this);
            } catch (RejectedExecutionException ended) {
                fail(new LogException.Closed());
            }
        }

        @Override
        public void run() {
            try {
                drainAll();
            } catch (VirtualMachineError late) {
                // The machine reports a fault in mapped memory when it comes to it, perhaps behind the read.
                if (terminated) {
                    Threads.dropped(late);
                } else {
                    fail(new LogException.Failed("read", late));
                }
            }
        }

        private void drainAll() {
            int missed = wip;
            do {
                if (terminated || cancelled) {
                    return;
                }
                if (!drain()) {
                    return;
                }
                missed = WIP.addAndGet(this, -missed);
            } while (missed != 0);
        }

        /** Gives out what is wanted and there. Returns false when the subscription has ended or goes on later. */
        private boolean drain() {
            Throwable broken = violation;
            if (broken != null) {
                fail(broken);
                return false;
            }
            try {
                long demand = requested;
                long given = 0;
                while (given != demand && given < SLICE) {
                    T item = pull.next(demand - given);
                    if (cancelled) {
                        return false;
                    }
                    if (item == null) {
                        break;
                    }
                    actual.onNext(item);
                    given++;
                    if (cancelled) {
                        return false;
                    }
                }
                if (given > 0 && demand != Long.MAX_VALUE) {
                    REQUESTED.addAndGet(this, -given);
                }
                if (pull.isDone()) {
                    complete();
                    return false;
                }
                if (given == SLICE) {
                    execute();
                    return false;
                }
                return true;
            } catch (LogException e) {
                fail(e);
                return false;
            } catch (VirtualMachineError | LinkageError machine) {
                // Mapped memory that has no page on a full disk, for one. Reactor would throw it further, to a thread
                // that has nobody to tell, and the subscriber would wait for ever.
                fail(new LogException.Failed("read", machine));
                return false;
            } catch (Throwable defect) {
                // Without the subscription, which would be cancelled and then tell nobody.
                fail(Operators.onOperatorError(defect, actual.currentContext()));
                return false;
            }
        }

        private void complete() {
            terminated = true;
            pull.stop();
            if (!cancelled) {
                actual.onComplete();
            }
        }

        private void fail(Throwable failure) {
            terminated = true;
            pull.stop();
            if (!cancelled) {
                actual.onError(failure);
            }
        }
    }
}
