package dev.fluxlog.benchmarks.peer;

import dev.fluxlog.benchmarks.AppendTarget;
import dev.fluxlog.benchmarks.Workload;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A limit: raw Chronicle Queue with its defaults, one queue per stream, one excerpt per event, no checksum.
 *
 * <p>Callers take turns at one appender: with one each they would spin for the write lock of the queue. Where a force is
 * asked for, the queue's file is forced after each append, because the queue has no call that does.
 */
final class ChronicleQueueTarget implements AppendTarget {
    private final ChronicleQueue[] queues;
    private final ExcerptAppender[] appenders;
    private final @Nullable FileChannel[] channels;
    private final byte[] payload;
    private final int batch;
    private final boolean durable;

    ChronicleQueueTarget(Workload workload) {
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.disk.monitor.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        this.queues = new ChronicleQueue[workload.streams()];
        this.appenders = new ExcerptAppender[workload.streams()];
        this.channels = new FileChannel[workload.streams()];
        this.payload = workload.payload();
        this.batch = workload.batch();
        this.durable = workload.durable();
        for (int i = 0; i < queues.length; i++) {
            queues[i] = SingleChronicleQueueBuilder.binary(workload.directory().resolve("queue-" + i))
                    .build();
            appenders[i] = queues[i].createAppender();
            appenders[i].singleThreadedCheckDisabled(true);
        }
    }

    @Override
    public boolean isBlocking() {
        return true;
    }

    @Override
    public void append(int caller, int stream, Done done) throws IOException {
        ExcerptAppender appender = appenders[stream];
        synchronized (appender) {
            for (int i = 0; i < batch; i++) {
                appender.writeBytes(this::write);
            }
            if (durable) {
                channel(stream).force(false);
            }
        }
        done.acknowledged();
    }

    private void write(net.openhft.chronicle.bytes.BytesOut<?> out) {
        ((Bytes<?>) out).write(payload, 0, payload.length);
    }

    private FileChannel channel(int stream) throws IOException {
        FileChannel channel = channels[stream];
        if (channel == null) {
            File file = appenders[stream].currentFile();
            channel = FileChannel.open(file.toPath(), StandardOpenOption.WRITE);
            channels[stream] = channel;
        }
        return channel;
    }

    @Override
    public void close() throws IOException {
        for (int i = 0; i < queues.length; i++) {
            appenders[i].close();
            queues[i].close();
            FileChannel channel = channels[i];
            if (channel != null) {
                channel.close();
            }
        }
    }
}
