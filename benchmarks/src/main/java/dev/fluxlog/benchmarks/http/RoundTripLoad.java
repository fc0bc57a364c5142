package dev.fluxlog.benchmarks.http;

import dev.fluxlog.benchmarks.Results;
import dev.fluxlog.benchmarks.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * From the begin of an append to the end of the answer to a long-poll that was waiting for it, in the protocol of
 * Durable Streams. One append at a time, so this is what an idle server takes.
 */
public final class RoundTripLoad {
    /** Time for the poll to arrive and to begin to wait. */
    private static final Duration HEAD_START = Duration.ofMillis(3);

    private final Workload workload;
    private final Dialect dialect;
    private final Histogram times = new Histogram(3);

    public RoundTripLoad(Workload workload, Dialect dialect) {
        this.workload = workload;
        this.dialect = dialect;
    }

    public void run(Results results) throws Exception {
        ExecutorService appending = Executors.newSingleThreadExecutor();
        try (Caller producer = new Caller(workload.server());
                Caller consumer = new Caller(workload.server())) {
            producer.call(dialect.create(workload.server(), 0));
            byte[] append = dialect.append(workload.server(), 0, workload.json());
            if (producer.call(append) >= 300) {
                throw new IOException("the first append was answered " + producer.text());
            }
            String offset = producer.header("Stream-Next-Offset");
            long begin = System.nanoTime() + workload.warmup().toNanos();
            long end = begin + workload.measured().toNanos();
            for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
                consumer.send(dialect.poll(workload.server(), 0, offset));
                if (now >= begin - workload.warmup().toNanos() / 4) {
                    LockSupport.parkNanos(HEAD_START.toNanos());
                }
                long started = System.nanoTime();
                Future<Integer> appended = appending.submit(() -> producer.call(append));
                if (consumer.receive() != 200) {
                    throw new IOException("a poll was answered " + consumer.text());
                }
                if (now >= begin) {
                    times.recordValue(System.nanoTime() - started);
                }
                offset = consumer.header("Stream-Next-Offset");
                if (appended.get() >= 300) {
                    throw new IOException("an append was answered " + producer.text());
                }
            }
        } finally {
            appending.shutdown();
        }
        results.latency(times);
    }
}
