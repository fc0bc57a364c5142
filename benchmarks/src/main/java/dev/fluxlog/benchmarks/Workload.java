package dev.fluxlog.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/**
 * What is asked of every subject of a scenario.
 *
 * @param payloadBytes size of the data of one event
 * @param callers appends in flight at once
 * @param streams streams that the appends are spread over
 * @param batch events per append
 * @param rate appends per second to be offered, or 0 for as many as are taken
 * @param durable whether an acknowledgement has to mean that the device was told to keep it
 * @param directory an empty directory for the subject's files
 * @param server address of the subject when it runs beside this process, else empty
 */
public record Workload(
        int payloadBytes,
        int callers,
        int streams,
        int batch,
        int rate,
        boolean durable,
        Duration warmup,
        Duration measured,
        Path directory,
        String server) {

    static Workload of(Arguments arguments) {
        return new Workload(
                arguments.number("payload", 100),
                arguments.number("callers", 1),
                arguments.number("streams", 1),
                arguments.number("batch", 1),
                arguments.number("rate", 0),
                arguments.text("durability", "disk").equals("disk"),
                arguments.seconds("warmup", 3),
                arguments.seconds("seconds", 5),
                Path.of(arguments.required("directory")),
                arguments.text("server", ""));
    }

    /** The same bytes in every run; letters only, so that they are also a JSON string. */
    public byte[] payload() {
        byte[] bytes = new byte[payloadBytes];
        Random random = new Random(7);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(26));
        }
        return bytes;
    }

    /** A JSON text of {@code payloadBytes} bytes. */
    public byte[] json() {
        byte[] bytes = payload();
        byte[] head = "{\"a\":\"".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, bytes, 0, head.length);
        bytes[bytes.length - 2] = '"';
        bytes[bytes.length - 1] = '}';
        return bytes;
    }

    public byte[][] batchOf(byte[] payload) {
        byte[][] events = new byte[batch][];
        Arrays.fill(events, payload);
        return events;
    }
}
