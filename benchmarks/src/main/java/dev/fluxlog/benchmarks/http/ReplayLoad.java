package dev.fluxlog.benchmarks.http;

import dev.fluxlog.benchmarks.Results;
import dev.fluxlog.benchmarks.Workload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Reads a whole stream from its start over one connection, again and again, until the last event has come. */
public final class ReplayLoad {
    private static final int BATCH = 500;
    private static final long LAST = 4_611_686_018_427_387_904L;

    private final Workload workload;
    private final Dialect dialect;
    private boolean done;

    public ReplayLoad(Workload workload, Dialect dialect) {
        this.workload = workload;
        this.dialect = dialect;
    }

    public void run(Results results, int events) throws IOException {
        int written = fill(events);
        double best = 0;
        long deadline = System.nanoTime()
                + workload.warmup().toNanos()
                + workload.measured().toNanos();
        do {
            long from = System.nanoTime();
            replay();
            best = Math.max(best, written * 1e9 / (System.nanoTime() - from));
        } while (System.nanoTime() < deadline);
        results.add("events/s", best);
        results.add("MiB/s", best * workload.payloadBytes() / (1 << 20));
    }

    private int fill(int events) throws IOException {
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
            return events;
        }
    }

    private void replay() throws IOException {
        String[] address = workload.server().split(":");
        ByteBuffer input = ByteBuffer.allocateDirect(256 << 10);
        // Only the end of each piece is looked at: the server is measured, not this scan.
        Stamp.Finder finder = new Stamp.Finder();
        done = false;
        try (SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(address[0], Integer.parseInt(address[1])))) {
            channel.write(ByteBuffer.wrap(dialect.replay(workload.server(), 0)));
            while (!done) {
                if (channel.read(input.clear()) < 0) {
                    throw new IOException("the server has closed the connection");
                }
                input.flip();
                input.position(Math.max(0, input.limit() - 4096));
                finder.find(input, value -> done |= value == LAST);
            }
        }
    }
}
