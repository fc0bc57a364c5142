package dev.fluxlog.benchmarks.http;

import dev.fluxlog.benchmarks.Results;
import dev.fluxlog.benchmarks.Workload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Many followers, spread over streams that are appended to in turn on a timetable; the time counts from when an event was
 * due to each receipt. One thread reads all connections, one appends.
 */
public final class FanOutLoad {
    /** Connections that are opened before the answers of others are waited for: the queue of a listener is short. */
    private static final int OPENING_MAX = 64;

    /** A second, in the warm-up. */
    private static final int WARM_DELIVERIES = 20_000;

    /** For what has not arrived at the end. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final Workload workload;
    private final Dialect dialect;
    private final int rate;
    private final ServerProcess server;
    private final Selector selector;
    private final Histogram times = new Histogram(3);
    private final ByteBuffer input = ByteBuffer.allocateDirect(256 << 10);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong appended = new AtomicLong();
    private volatile boolean appending = true;

    // Owned by the reading thread.
    private long received;
    private long receivedInTime;
    private long receipts;
    private long bytes;
    private long countFrom = Long.MAX_VALUE;
    private long countTo;
    private int followers;

    /**
     * @param rate events a second to be appended, over all streams; those that are late follow as fast as they are taken
     * @param server whose memory the followers take
     */
    public FanOutLoad(Workload workload, Dialect dialect, int rate, ServerProcess server) throws IOException {
        this.workload = workload;
        this.rate = rate;
        this.server = server;
        this.dialect = dialect;
        this.selector = Selector.open();
    }

    private static final class Follower {
        private final Stamp.Finder finder = new Stamp.Finder();
        private boolean isOpen;
    }

    /** @param followers connections */
    public void run(Results results, int followers) throws Exception {
        try (Caller caller = new Caller(workload.server())) {
            for (int stream = 0; stream < workload.streams(); stream++) {
                caller.call(dialect.create(workload.server(), stream));
                caller.call(dialect.append(workload.server(), stream, workload.json()));
            }
            long before = server.residentBytes();
            this.followers = followers;
            int open = connect(followers);
            long taken = server.residentBytes() - before;
            long begin = System.nanoTime() + 200_000_000;
            countFrom = begin + workload.warmup().toNanos();
            long end = countFrom + workload.measured().toNanos();
            countTo = end;
            long cpuBefore = 0;
            Thread appender = new Thread(() -> append(caller, begin, end), "appender");
            appender.start();
            // Whoever is slow is waited for: otherwise the times would be those of what came early.
            while (failure.get() == null
                    && (System.nanoTime() < end || (System.nanoTime() < end + PATIENCE_NANOS && !hasAll(open)))) {
                if (cpuBefore == 0 && System.nanoTime() >= countFrom) {
                    cpuBefore = server.cpuNanos();
                }
                selector.select(key -> read(key), 10);
            }
            long cpu = server.cpuNanos() - cpuBefore;
            appender.join();
            Throwable failed = failure.get();
            if (failed != null) {
                throw new IOException("the run has failed", failed);
            }
            if (receipts == 0) {
                throw new IOException("no follower got anything");
            }
            double seconds = workload.measured().toNanos() / 1e9;
            results.add("followers", open);
            results.add("deliveries/s", receivedInTime / seconds);
            results.add("delivered %", 100.0 * received / wanted(open));
            results.add("kB/s", bytes / seconds / 1e3);
            if (cpu > 0) {
                results.add("CPU µs", cpu / 1e3 / receipts);
            }
            if (before > 0) {
                results.add("kB/follower", taken / 1e3 / open);
            }
            // Far beyond what can be delivered nothing of the measured time arrives in time: then there are no times.
            if (received > 0) {
                results.latency(times);
            }
        }
    }

    /** Whether what was appended has come to all. The last append may still be under way. */
    private boolean hasAll(int open) {
        return !appending && received >= wanted(open);
    }

    private long wanted(int open) {
        return Math.max(1, appended.get() * open / workload.streams());
    }

    private int connect(int followers) throws IOException {
        String[] address = workload.server().split(":");
        InetSocketAddress server = new InetSocketAddress(address[0], Integer.parseInt(address[1]));
        int[] open = new int[1];
        long deadline = System.nanoTime() + 60_000_000_000L;
        for (int i = 0; i < followers; i++) {
            SocketChannel channel = SocketChannel.open(server);
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(dialect.follow(workload.server(), i % workload.streams())));
            channel.register(selector, SelectionKey.OP_READ, new Follower());
            while ((i + 1 - open[0] >= OPENING_MAX || i + 1 == followers) && open[0] <= i) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("only " + open[0] + " of " + followers + " followers were answered");
                }
                selector.select(
                        key -> {
                            Follower follower = (Follower) key.attachment();
                            if (!follower.isOpen) {
                                follower.isOpen = true;
                                open[0]++;
                            }
                            read(key);
                        },
                        1_000);
            }
        }
        return open[0];
    }

    private void read(SelectionKey key) {
        try {
            int count = ((SocketChannel) key.channel()).read(input.clear());
            if (count < 0) {
                throw new IOException("the server has closed a connection");
            }
            ((Follower) key.attachment()).finder.find(input.flip(), this::receive);
            bytes += System.nanoTime() >= countFrom ? count : 0;
        } catch (IOException e) {
            failure.compareAndSet(null, e);
            key.cancel();
        }
    }

    private void receive(long due) {
        long now = System.nanoTime();
        receipts += now >= countFrom ? 1 : 0;
        receivedInTime += now >= countFrom && now < countTo ? 1 : 0;
        if (due >= countFrom) {
            received++;
            times.recordValue(Math.max(0, now - due));
        }
    }

    /**
     * Appends more often than the timetable says for most of the warm-up, where followers are few: at 50 events a second
     * nothing would be compiled by its end.
     *
     * @return when the timetable begins
     */
    private long warmUp(Caller caller, long begin) throws IOException {
        long until = countFrom - workload.warmup().toNanos() / 4;
        int stream = 0;
        long gap = 1_000_000_000L / Math.max(rate, Math.min(2_000, WARM_DELIVERIES * workload.streams() / followers));
        for (long due = begin; due < until && failure.get() == null; due = Math.max(due + gap, System.nanoTime())) {
            LockSupport.parkNanos(due - System.nanoTime());
            stream = (stream + 1) % workload.streams();
            caller.call(dialect.append(workload.server(), stream, Stamp.json(workload, due)));
        }
        return until;
    }

    private void append(Caller caller, long begin, long end) {
        long gap = 1_000_000_000L / rate;
        int stream = 0;
        try {
            for (long due = warmUp(caller, begin); due < end && failure.get() == null; due += gap) {
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                stream = (stream + 1) % workload.streams();
                if (caller.call(dialect.append(workload.server(), stream, Stamp.json(workload, due))) >= 300) {
                    throw new IOException("an append was answered " + caller.text());
                }
                if (due >= countFrom) {
                    appended.incrementAndGet();
                }
            }
        } catch (IOException e) {
            failure.compareAndSet(null, e);
        } finally {
            appending = false;
        }
    }
}
