package dev.fluxlog.benchmarks.peer;

import dev.fluxlog.benchmarks.AppendTarget;
import dev.fluxlog.benchmarks.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A limit: what one force per group allows. One thread takes all appends that wait, writes their bytes to one plain
 * file, forces it once (where asked) and answers; no streams, no numbers, no format, no checksum.
 *
 * <p>The thread answers by itself, so that no second core is needed for it.
 */
final class FileGroupTarget implements AppendTarget {
    private static final long FILE_BYTES = 256 << 20;
    private static final int GROUP_BYTES_MAX = 1 << 20;

    private final FileChannel channel;
    private final ByteBuffer group = ByteBuffer.allocateDirect(GROUP_BYTES_MAX);
    private final byte[][] batch;
    private final int batchBytes;
    private final boolean durable;
    private final ConcurrentLinkedQueue<Done> waiting = new ConcurrentLinkedQueue<>();
    private final Thread writer = new Thread(this::run, "group-writer");
    private volatile boolean asleep;
    private volatile boolean closed;

    FileGroupTarget(Workload workload) throws IOException {
        this.channel = FileTarget.zeros(workload.directory().resolve("file"), FILE_BYTES);
        this.batch = workload.batchOf(workload.payload());
        this.batchBytes = workload.payloadBytes() * workload.batch();
        this.durable = workload.durable();
        writer.start();
    }

    @Override
    public boolean isBlocking() {
        return false;
    }

    @Override
    public void append(int caller, int stream, Done done) {
        waiting.add(done);
        if (asleep) {
            LockSupport.unpark(writer);
        }
    }

    private void run() {
        long end = 0;
        List<Done> members = new ArrayList<>();
        while (!closed) {
            try {
                gather(members);
                if (end + GROUP_BYTES_MAX > FILE_BYTES) {
                    end = 0;
                }
                end += channel.write(group.flip(), end);
                if (durable) {
                    channel.force(false);
                }
                members.forEach(Done::acknowledged);
            } catch (IOException e) {
                members.forEach(member -> member.failed(e));
            }
        }
    }

    private void gather(List<Done> members) {
        members.clear();
        group.clear();
        while (group.remaining() >= batchBytes) {
            Done next = waiting.poll();
            if (next == null) {
                if (!members.isEmpty() || closed) {
                    return;
                }
                asleep = true;
                if (waiting.isEmpty()) {
                    LockSupport.park(this);
                }
                asleep = false;
                continue;
            }
            members.add(next);
            for (byte[] event : batch) {
                group.put(event);
            }
        }
    }

    @Override
    public void close() throws Exception {
        closed = true;
        LockSupport.unpark(writer);
        writer.join();
        channel.close();
    }
}
