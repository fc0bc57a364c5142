package dev.fluxlog.benchmarks.http;

import dev.fluxlog.benchmarks.Results;
import dev.fluxlog.benchmarks.WarmUp;
import dev.fluxlog.benchmarks.Workload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Appends over HTTP as fast as they are answered: each connection has one request under way. One thread. */
public final class RequestLoad {
    private final Workload workload;
    private final ServerProcess server;
    private final byte[][] requests;
    private final Selector selector;
    private final Histogram times = new Histogram(3);
    private final ByteBuffer input = ByteBuffer.allocateDirect(64 << 10);
    private final byte[] copy = new byte[64 << 10];
    private final List<Connection> resting = new ArrayList<>();
    private long random = 0x9E3779B97F4A7C15L;

    // Set by the thread that warms up.
    private volatile boolean isResting;
    private volatile long begin = Long.MAX_VALUE;

    /** @param server that is asked */
    public RequestLoad(Workload workload, Dialect dialect, ServerProcess server) throws IOException {
        this.workload = workload;
        this.server = server;
        this.requests = new byte[workload.streams()][];
        Arrays.setAll(requests, i -> dialect.append(workload.server(), i, workload.json()));
        this.selector = Selector.open();
        try (Caller caller = new Caller(workload.server())) {
            for (int i = 0; i < workload.streams(); i++) {
                caller.call(dialect.create(workload.server(), i));
                if (caller.call(requests[i]) >= 300) {
                    throw new IOException("the first append was answered " + caller.text());
                }
            }
        }
    }

    private static final class Connection {
        private final Answer answer = new Answer();
        private final SocketChannel channel;
        private ByteBuffer output = ByteBuffer.allocate(0);
        private long started;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }
    }

    public void run(Results results) throws IOException {
        String[] address = workload.server().split(":");
        for (int i = 0; i < workload.callers(); i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(address[0], Integer.parseInt(address[1])));
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Connection connection = new Connection(channel);
            channel.register(selector, SelectionKey.OP_READ, connection);
            send(connection);
        }
        Thread warmUp = new Thread(this::warmUp, "warm-up");
        warmUp.setDaemon(true);
        warmUp.start();
        long cpuBefore = 0;
        while (begin == Long.MAX_VALUE
                || System.nanoTime() < begin + workload.measured().toNanos()) {
            if (cpuBefore == 0 && begin != Long.MAX_VALUE) {
                cpuBefore = server.cpuNanos();
            }
            selector.select(1_000);
            for (SelectionKey key : selector.selectedKeys()) {
                read((Connection) key.attachment());
            }
            selector.selectedKeys().clear();
            if (!isResting) {
                for (Connection connection : resting) {
                    send(connection);
                }
                resting.clear();
            }
        }
        results.add("events/s", times.getTotalCount() * 1e9 / (System.nanoTime() - begin));
        long cpu = server.cpuNanos() - cpuBefore;
        if (cpu > 0) {
            results.add("CPU µs", cpu / 1e3 / times.getTotalCount());
        }
        results.latency(times);
    }

    private void warmUp() {
        try {
            new WarmUp(workload.warmup(), server::cpuNanos).run(() -> isResting = true, () -> {
                isResting = false;
                selector.wakeup();
            });
            begin = System.nanoTime();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void send(Connection connection) throws IOException {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        connection.output = ByteBuffer.wrap(requests[(int) Long.remainderUnsigned(random, requests.length)]);
        connection.started = System.nanoTime();
        while (connection.output.hasRemaining()) {
            connection.channel.write(connection.output);
        }
    }

    private void read(Connection connection) throws IOException {
        int count = connection.channel.read(input.clear());
        if (count < 0) {
            throw new IOException("the server has closed a connection");
        }
        input.flip().get(copy, 0, count);
        connection.answer.add(copy, count);
        if (!connection.answer.isComplete()) {
            return;
        }
        if (connection.answer.status() >= 300) {
            throw new IOException("an append was answered " + connection.answer.text());
        }
        if (connection.started >= begin) {
            times.recordValue(System.nanoTime() - connection.started);
        }
        connection.answer.clear();
        if (isResting) {
            resting.add(connection);
        } else {
            send(connection);
        }
    }
}
