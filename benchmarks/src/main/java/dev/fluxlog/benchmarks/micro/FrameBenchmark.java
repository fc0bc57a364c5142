package dev.fluxlog.benchmarks.micro;

import dev.fluxlog.backend.Frame;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One frame: written by the producer, placed by the writer thread, verified by readers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameBenchmark {
    private static final byte[] NOTHING = new byte[0];

    @Param({"100", "1024"})
    int payloadBytes;

    private Frame.Parts parts = new Frame.Parts(0, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING);
    private byte[] target = NOTHING;

    @Setup
    public void setUp() {
        parts = new Frame.Parts(Frame.FIRST | Frame.LAST, NOTHING, NOTHING, NOTHING, NOTHING, new byte[payloadBytes]);
        target = new byte[parts.frameBytes()];
        Frame.write(target, 0, parts);
        Frame.place(target, 0, 1, 1, 1, 1);
    }

    @Benchmark
    public int write() {
        return Frame.write(target, 0, parts);
    }

    @Benchmark
    public byte[] place() {
        Frame.place(target, 0, 7, 42, 4242, 1_700_000_000_000_000L);
        return target;
    }

    @Benchmark
    public Frame verify() {
        return Frame.verify(target, 0, target.length);
    }
}
