package dev.fluxlog.benchmarks.peer;

import dev.fluxlog.benchmarks.AppendTarget;
import dev.fluxlog.benchmarks.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A limit: one plain file, one write and (where asked) one force for each append, no format and no checksum.
 *
 * <p>The file is filled with zeros in advance, which is what makes a force cheapest.
 */
final class FileTarget implements AppendTarget {
    private static final long FILE_BYTES = 256 << 20;
    private static final int PIECE_BYTES = 16 << 10;

    private final FileChannel channel;
    private final ByteBuffer batch;
    private final boolean durable;
    private long end;

    FileTarget(Workload workload) throws IOException {
        this.channel = zeros(workload.directory().resolve("file"), FILE_BYTES);
        this.batch = ByteBuffer.allocateDirect(workload.payloadBytes() * workload.batch());
        for (byte[] event : workload.batchOf(workload.payload())) {
            batch.put(event);
        }
        this.durable = workload.durable();
    }

    static FileChannel zeros(Path file, long bytes) throws IOException {
        Files.createDirectories(file.getParent());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        for (long at = 0; at < bytes; at += PIECE_BYTES) {
            channel.write(piece.clear(), at);
        }
        channel.force(true);
        return channel;
    }

    @Override
    public boolean isBlocking() {
        return true;
    }

    @Override
    public void append(int caller, int stream, Done done) throws IOException {
        synchronized (this) {
            batch.rewind();
            if (end + batch.capacity() > FILE_BYTES) {
                end = 0;
            }
            end += channel.write(batch, end);
            if (durable) {
                channel.force(false);
            }
        }
        done.acknowledged();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
