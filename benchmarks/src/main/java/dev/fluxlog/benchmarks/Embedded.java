package dev.fluxlog.benchmarks;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.backend.Backend;
import dev.fluxlog.chronicle.ChronicleLog;
import dev.fluxlog.chronicle.ChronicleOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import reactor.core.Disposable;

/** What readers of an embedded log get: events as they are appended, and a stream from its start. */
final class Embedded {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int BATCH = 500;

    private final Workload workload;
    private final LogOptions bounds;

    Embedded(Workload workload, LogOptions bounds) {
        this.workload = workload;
        this.bounds = bounds;
    }

    private EventLog open() {
        Backend.Level level = workload.durable() ? Backend.Level.DISK : Backend.Level.PROCESS;
        ChronicleOptions options = ChronicleOptions.defaults().withDurability(level);
        return Objects.requireNonNull(
                ChronicleLog.open(workload.directory(), options, bounds).block(PATIENCE));
    }

    /**
     * From the call that appends to the arrival at one subscriber, at a low rate. Most of the warm-up appends without
     * pauses: at the low rate nothing would be compiled within it.
     */
    void deliver(Results results) throws InterruptedException {
        EventLog log = open();
        EventStream stream = log.stream("stream");
        stream.append(NewEvent.of(new byte[8])).block(PATIENCE);
        ConcurrentHistogram times = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
        long countFrom = System.nanoTime() + workload.warmup().toNanos();
        long end = countFrom + workload.measured().toNanos();
        Disposable subscription = stream.subscribe(From.tail()).subscribe(event -> {
            long sent = ByteBuffer.wrap(event.data()).getLong();
            if (sent >= countFrom) {
                times.recordValue(System.nanoTime() - sent);
            }
        });
        byte[] payload = workload.payload();
        long warm = countFrom - workload.warmup().toNanos() / 4;
        while (System.nanoTime() < warm) {
            ByteBuffer.wrap(payload).putLong(System.nanoTime());
            stream.append(NewEvent.of(payload)).block(PATIENCE);
        }
        long gap = 1_000_000_000L / workload.rate();
        // Spins, since a sleeping driver would be measured waking up.
        for (long due = System.nanoTime(); due < end; due += gap) {
            while (System.nanoTime() < due) {
                Thread.onSpinWait();
            }
            ByteBuffer.wrap(payload).putLong(System.nanoTime());
            stream.append(NewEvent.of(payload)).subscribe();
        }
        Thread.sleep(500);
        subscription.dispose();
        log.close().block(PATIENCE);
        results.latency(times);
    }

    /** Reads all events of a stream that was written before the log was opened. */
    void catchUp(Results results, int events) throws InterruptedException {
        fill(events);
        EventLog log = open();
        double best = 0;
        long deadline = System.nanoTime()
                + workload.warmup().toNanos()
                + workload.measured().toNanos();
        do {
            long from = System.nanoTime();
            Reading reading = new Reading();
            log.stream("stream").read(ReadOptions.forward(From.start())).subscribe(reading);
            reading.done.await();
            if (reading.failure != null) {
                throw new IllegalStateException("the stream could not be read", reading.failure);
            }
            best = Math.max(best, reading.count * 1e9 / (System.nanoTime() - from));
        } while (System.nanoTime() < deadline);
        log.close().block(PATIENCE);
        results.add("events/s", best);
        results.add("MiB/s", best * workload.payloadBytes() / (1 << 20));
    }

    /** From the call that forks a stream of so many events to its completion. */
    void fork(Results results, int events) {
        fill(events);
        EventLog log = open();
        EventStream source = log.stream("stream");
        ConcurrentHistogram times = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
        long end = System.nanoTime() + workload.measured().toNanos();
        for (int i = 0; System.nanoTime() < end; i++) {
            long from = System.nanoTime();
            source.fork("fork-" + i, events).block(PATIENCE);
            times.recordValue(System.nanoTime() - from);
        }
        log.close().block(PATIENCE);
        results.latency(times);
    }

    private void fill(int events) {
        EventLog log = open();
        List<NewEvent> batch = Collections.nCopies(BATCH, NewEvent.of(workload.payload()));
        for (int i = 0; i < events; i += BATCH) {
            log.stream("stream").append(batch).block(PATIENCE);
        }
        log.close().block(PATIENCE);
    }

    private static final class Reading extends reactor.core.publisher.BaseSubscriber<Event> {
        private final CountDownLatch done = new CountDownLatch(1);
        private long count;
        private @org.jspecify.annotations.Nullable Throwable failure;

        @Override
        protected void hookOnNext(Event event) {
            count++;
        }

        @Override
        protected void hookOnError(Throwable thrown) {
            failure = thrown;
        }

        @Override
        protected void hookFinally(reactor.core.publisher.SignalType type) {
            done.countDown();
        }
    }
}
