package dev.fluxlog.benchmarks.http;

import dev.fluxlog.benchmarks.Results;
import dev.fluxlog.benchmarks.Workload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * Reads a whole stream from its start over each of several connections at once, again and again, until the last event
 * has come to all. One thread reads all connections. Beside it stands how fast the server's own files can be read.
 */
public final class ReplayLoad {
    private static final int BATCH = 500;
    private static final long LAST = 4_611_686_018_427_387_904L;

    private final Workload workload;
    private final Dialect dialect;
    private final ServerProcess server;
    private final ByteBuffer input = ByteBuffer.allocateDirect(256 << 10);

    /** @param server that is read from */
    public ReplayLoad(Workload workload, Dialect dialect, ServerProcess server) {
        this.workload = workload;
        this.server = server;
        this.dialect = dialect;
    }

    public void run(Results results, int events, int connections) throws IOException {
        fill(events);
        double best = 0;
        double cpu = Double.MAX_VALUE;
        long deadline = System.nanoTime()
                + workload.warmup().toNanos()
                + workload.measured().toNanos();
        do {
            long from = System.nanoTime();
            long cpuBefore = server.cpuNanos();
            replay(connections);
            cpu = Math.min(cpu, (server.cpuNanos() - cpuBefore) / 1e3 / events / connections);
            best = Math.max(best, 1e9 * events * connections / (System.nanoTime() - from));
        } while (System.nanoTime() < deadline);
        results.add("events/s", best);
        results.add("MiB/s", best * workload.payloadBytes() / (1 << 20));
        if (cpu > 0) {
            results.add("CPU µs", cpu);
        }
        new StoredFiles(workload.directory()).addTo(results);
    }

    private void fill(int events) throws IOException {
        try (Caller caller = new Caller(workload.server())) {
            caller.call(dialect.create(workload.server(), 0));
            byte[] json = workload.json();
            int written = 0;
            while (written < events) {
                ByteArrayOutputStream lines = new ByteArrayOutputStream();
                for (int i = 0; i < BATCH && written < events; i++) {
                    written++;
                    lines.write(written == events ? Stamp.json(workload, LAST) : json);
                    lines.write('\n');
                }
                byte[] body = lines.toByteArray();
                if (caller.call(dialect.post(workload.server(), 0, "application/x-ndjson", body)) >= 300) {
                    throw new IOException("an append was answered " + caller.text());
                }
            }
        }
    }

    /** One connection, which has come to its end or not. */
    private static final class Reading {
        private final Stamp.Finder finder = new Stamp.Finder();
        private boolean done;
    }

    private void replay(int connections) throws IOException {
        String[] address = workload.server().split(":");
        InetSocketAddress server = new InetSocketAddress(address[0], Integer.parseInt(address[1]));
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(server);
                channel.write(ByteBuffer.wrap(dialect.replay(workload.server(), 0)));
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, new Reading());
            }
            int left = connections;
            while (left > 0) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    if (read((SocketChannel) key.channel(), (Reading) key.attachment())) {
                        key.channel().close();
                        left--;
                    }
                }
                selector.selectedKeys().clear();
            }
        }
    }

    private boolean read(SocketChannel channel, Reading reading) throws IOException {
        if (channel.read(input.clear()) < 0) {
            throw new IOException("the server has closed the connection");
        }
        input.flip();
        // Only the end of each piece is looked at: the server is measured, not this scan.
        input.position(Math.max(0, input.limit() - 4096));
        reading.finder.find(input, value -> reading.done |= value == LAST);
        return reading.done;
    }
}
