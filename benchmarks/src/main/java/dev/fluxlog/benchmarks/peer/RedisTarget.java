package dev.fluxlog.benchmarks.peer;

import dev.fluxlog.benchmarks.AppendTarget;
import dev.fluxlog.benchmarks.Workload;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Redis Streams over TCP: one XADD per event; all callers share one pipelined connection, as Lettuce has it. A batch is
 * its XADDs sent together, which Redis does not make atomic. What an acknowledgement means is set in the server.
 */
final class RedisTarget implements AppendTarget {
    private static final byte[] FIELD = "d".getBytes(StandardCharsets.US_ASCII);

    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final RedisAsyncCommands<byte[], byte[]> commands;
    private final byte[][] keys;
    private final byte[] payload;
    private final int batch;

    RedisTarget(Workload workload) {
        client = RedisClient.create(RedisURI.create("redis://" + workload.server()));
        connection = client.connect(ByteArrayCodec.INSTANCE);
        commands = connection.async();
        commands.flushall();
        keys = new byte[workload.streams()][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = ("stream-" + i).getBytes(StandardCharsets.US_ASCII);
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
            commands.xadd(keys[stream], Map.of(FIELD, payload));
        }
        RedisFuture<String> last = commands.xadd(keys[stream], Map.of(FIELD, payload));
        last.whenComplete((id, failure) -> {
            if (failure == null) {
                done.acknowledged();
            } else {
                done.failed(failure);
            }
        });
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}
