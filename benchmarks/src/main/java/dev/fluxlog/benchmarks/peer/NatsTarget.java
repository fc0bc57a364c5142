package dev.fluxlog.benchmarks.peer;

import dev.fluxlog.benchmarks.AppendTarget;
import dev.fluxlog.benchmarks.Workload;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * NATS JetStream over TCP: one JetStream on files, a subject per stream, callers share one connection, each append an
 * asynchronous publish that waits for its acknowledgement. A batch is its messages sent together, not atomic.
 */
final class NatsTarget implements AppendTarget {
    private final Connection connection;
    private final JetStream jetStream;
    private final String[] subjects;
    private final byte[] payload;
    private final int batch;

    NatsTarget(Workload workload) throws Exception {
        connection = Nats.connect(new Options.Builder()
                .server("nats://" + workload.server())
                .connectionTimeout(Duration.ofSeconds(10))
                .maxMessagesInOutgoingQueue(100_000)
                .build());
        connection
                .jetStreamManagement()
                .addStream(StreamConfiguration.builder()
                        .name("events")
                        .subjects("stream.*")
                        .storageType(StorageType.File)
                        .build());
        jetStream = connection.jetStream(
                JetStreamOptions.builder().publishNoAck(false).build());
        subjects = new String[workload.streams()];
        for (int i = 0; i < subjects.length; i++) {
            subjects[i] = "stream." + i;
        }
        payload = workload.payload();
        batch = workload.batch();
    }

    @Override
    public boolean isBlocking() {
        return false;
    }

    @Override
    public void append(int caller, int stream, Done done) {
        for (int i = 1; i < batch; i++) {
            // The last acknowledgement comes after those of the messages before it.
            jetStream.publishAsync(subjects[stream], payload);
        }
        CompletableFuture<PublishAck> last = jetStream.publishAsync(subjects[stream], payload);
        last.whenComplete((ack, failure) -> {
            if (failure == null) {
                done.acknowledged();
            } else {
                done.failed(failure);
            }
        });
    }

    @Override
    public void close() throws Exception {
        connection.jetStreamManagement().deleteStream("events");
        connection.close();
    }
}
