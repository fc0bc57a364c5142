package dev.fluxlog.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/** The limits of reading: a raw tailer that copies each excerpt and checks a CRC, and the same bytes read in sequence. */
final class RawReading {
    private final Workload workload;
    private final byte[] buffer;

    RawReading(Workload workload) {
        this.workload = workload;
        this.buffer = new byte[workload.payloadBytes()];
    }

    void tailer(Results results, int events) {
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.disk.monitor.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        byte[] payload = workload.payload();
        int checksum = checksum(payload, payload.length);
        try (ChronicleQueue queue =
                SingleChronicleQueueBuilder.binary(workload.directory()).build()) {
            try (ExcerptAppender appender = queue.createAppender()) {
                for (int i = 0; i < events; i++) {
                    appender.writeBytes(out -> ((Bytes<?>) out).write(payload, 0, payload.length));
                }
            }
            report(results, events, () -> readAll(queue, events, checksum));
        }
    }

    private void readAll(ChronicleQueue queue, int events, int checksum) {
        try (ExcerptTailer tailer = queue.createTailer()) {
            for (int i = 0; i < events; i++) {
                boolean read = tailer.readBytes(in -> {
                    ((Bytes<?>) in).read(buffer, 0, buffer.length);
                    if (checksum(buffer, buffer.length) != checksum) {
                        throw new IllegalStateException("a wrong checksum");
                    }
                });
                if (!read) {
                    throw new IllegalStateException("an excerpt is missing");
                }
            }
        }
    }

    void file(Results results, int events) throws IOException {
        Path file = workload.directory().resolve("file");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int i = 0; i < events; i++) {
                channel.write(ByteBuffer.wrap(workload.payload()));
            }
            report(results, events, () -> {
                ByteBuffer piece = ByteBuffer.allocateDirect(256 << 10);
                try {
                    channel.position(0);
                    while (channel.read(piece.clear()) >= 0) {
                        CRC32C crc = new CRC32C();
                        crc.update(piece.flip());
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private void report(Results results, int events, Runnable reading) {
        double best = 0;
        long deadline = System.nanoTime()
                + workload.warmup().toNanos()
                + workload.measured().toNanos();
        do {
            long from = System.nanoTime();
            reading.run();
            best = Math.max(best, events * 1e9 / (System.nanoTime() - from));
        } while (System.nanoTime() < deadline);
        results.add("events/s", best);
        results.add("MiB/s", best * workload.payloadBytes() / (1 << 20));
    }
}
