package dev.fluxlog.benchmarks.peer;

import dev.fluxlog.benchmarks.AppendTarget;
import dev.fluxlog.benchmarks.Workload;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;

/**
 * Kafka, one KRaft node in this process, reached over TCP: a partition per stream, one producer for all callers, {@code
 * acks=all} of the one replica, no waiting for more records. Where a force is asked for, {@code flush.messages=1} has the
 * broker force each produce request's batch before it answers.
 */
final class KafkaTarget implements AppendTarget {
    private static final String TOPIC = "events";

    private final KafkaRaftServer server;
    private final KafkaProducer<byte[], byte[]> producer;
    private final byte[] payload;
    private final int batch;

    KafkaTarget(Workload workload) throws Exception {
        int port = freePort();
        Path properties = write(settings(workload.directory(), port, freePort()), workload.directory());
        String id = Uuid.randomUuid().toString();
        String[] format = {"format", "--config", properties.toString(), "--cluster-id", id};
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            if (StorageTool.execute(format, nowhere) != 0) {
                throw new IllegalStateException("the directory of the broker could not be formatted");
            }
        }
        Properties loaded = new Properties();
        loaded.load(Files.newBufferedReader(properties));
        server = new KafkaRaftServer(KafkaConfig.fromProps(loaded), Time.SYSTEM);
        server.startup();
        String address = "127.0.0.1:" + port;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            NewTopic topic = new NewTopic(TOPIC, workload.streams(), (short) 1);
            String messages = workload.durable() ? "1" : Long.toString(Long.MAX_VALUE);
            admin.createTopics(List.of(topic.configs(Map.of("flush.messages", messages))))
                    .all()
                    .get(2, TimeUnit.MINUTES);
        }
        Map<String, Object> options =
                Map.of("bootstrap.servers", address, "acks", "all", "linger.ms", "0", "max.block.ms", "120000");
        producer = new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer());
        payload = workload.payload();
        batch = workload.batch();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Properties settings(Path directory, int port, int controllerPort) {
        Properties settings = new Properties();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("log.dirs", directory.resolve("kafka").toString());
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("auto.create.topics.enable", "false");
        return settings;
    }

    private static Path write(Properties settings, Path directory) throws IOException {
        StringWriter text = new StringWriter();
        settings.store(text, null);
        return Files.writeString(directory.resolve("server.properties"), text.toString());
    }

    @Override
    public boolean isBlocking() {
        return false;
    }

    @Override
    public void append(int caller, int stream, Done done) {
        for (int i = 1; i < batch; i++) {
            producer.send(record(stream));
        }
        Callback last = (place, failure) -> {
            if (failure == null) {
                done.acknowledged();
            } else {
                done.failed(failure);
            }
        };
        producer.send(record(stream), last);
    }

    private ProducerRecord<byte[], byte[]> record(int stream) {
        return new ProducerRecord<>(TOPIC, stream, null, payload);
    }

    @Override
    public void close() {
        producer.close();
        server.shutdown();
        server.awaitShutdown();
    }
}
