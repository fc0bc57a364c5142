package dev.fluxlog.benchmarks.micro;

import dev.fluxlog.AppendResult;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.memory.MemoryLog;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The engine without a disk below it: what appending and reading cost per event of 100 B, in time and in garbage. The
 * memory backend keeps what is appended, so its share of an append is part of the figure.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MemoryLogBenchmark {
    private static final int BATCH = 100;
    private static final int READ = 10_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final NewEvent event = NewEvent.of(new byte[100]);
    private final List<NewEvent> batch = Collections.nCopies(BATCH, event);
    private @Nullable EventLog log;
    private @Nullable EventStream filled;
    private @Nullable EventStream empty;

    /** Anew for each iteration, since nothing leaves a memory log. */
    @Setup(Level.Iteration)
    public void open() {
        EventLog opened = Objects.requireNonNull(MemoryLog.open().block(PATIENCE));
        EventStream stream = opened.stream("filled");
        for (int i = 0; i < READ; i += BATCH) {
            stream.append(batch).block(PATIENCE);
        }
        log = opened;
        filled = stream;
        empty = opened.stream("empty");
    }

    @TearDown(Level.Iteration)
    public void close() {
        Objects.requireNonNull(log).close().block(PATIENCE);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public @Nullable AppendResult appendBatchOf100() {
        return Objects.requireNonNull(empty).append(batch).block(PATIENCE);
    }

    /** Includes two hand-overs between threads. */
    @Benchmark
    public @Nullable AppendResult appendOne() {
        return Objects.requireNonNull(empty).append(event).block(PATIENCE);
    }

    @Benchmark
    @OperationsPerInvocation(READ)
    public @Nullable Long readAll() {
        return Objects.requireNonNull(filled)
                .read(ReadOptions.forward(From.start()))
                .count()
                .block(PATIENCE);
    }
}
