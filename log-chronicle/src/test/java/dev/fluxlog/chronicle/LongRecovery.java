package dev.fluxlog.chronicle;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.backend.Backend.Level;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A process that appends to many streams until it is killed, and one that opens the log afterwards and checks it: {@code
 * LongRecovery append|open DIRECTORY STREAMS LEDGER}.
 *
 * <p>The first prints now and then how many events of each stream were acknowledged, the second reads that from the ledger
 * and prints what it took.
 */
final class LongRecovery {
    static final long SEGMENT_BYTES = 16 << 20;

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int BYTES = 100;

    private final PrintStream out =
            new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.US_ASCII);
    private final int streams;

    private LongRecovery(int streams) {
        this.streams = streams;
    }

    public static void main(String[] arguments) throws Exception {
        LongRecovery run = new LongRecovery(Integer.parseInt(arguments[2]));
        Path directory = Path.of(arguments[1]);
        if (arguments[0].equals("append")) {
            run.append(directory);
        } else {
            run.open(directory, Files.readString(Path.of(arguments[3])));
        }
    }

    /** No checkpoint before there are 2 GiB; nothing read again meanwhile. */
    private static EventLog log(Path directory) {
        ChronicleOptions options = ChronicleOptions.defaults()
                .withDurability(Level.PROCESS)
                .withCommitJournal(SEGMENT_BYTES, 2L << 30)
                .withScrubBytesPerSecond(0)
                .withFreeBytesMin(0);
        return ChronicleLog.open(directory, options, LogOptions.defaults())
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    private void append(Path directory) {
        EventLog log = log(directory);
        AtomicIntegerArray acknowledged = new AtomicIntegerArray(streams);
        Random random = new Random(Long.getLong("fluxlog.test.seed", 1));
        while (true) {
            Flux.fromStream(random.ints(100_000, 0, streams).boxed())
                    .flatMap(
                            stream -> log.stream("stream-" + stream)
                                    .append(NewEvent.of(payload(stream)))
                                    .map(stored -> acknowledged.incrementAndGet(stream)),
                            256)
                    .blockLast(PATIENCE);
            out.println(IntStream.range(0, streams)
                    .mapToObj(stream -> "" + acknowledged.get(stream))
                    .collect(Collectors.joining(",")));
        }
    }

    private static byte[] payload(int stream) {
        byte[] bytes = new byte[BYTES];
        Arrays.fill(bytes, (byte) ('a' + stream % 26));
        byte[] name = ("stream-" + stream).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, bytes, 0, name.length);
        return bytes;
    }

    private void open(Path directory, String ledger) {
        long begin = System.nanoTime();
        EventLog log = log(directory);
        tell("open", "%.2f s", begin);
        begin = System.nanoTime();
        log.stream("stream-0").append(NewEvent.of(payload(0))).block(PATIENCE);
        tell("the first append", "%.2f s", begin);
        List<String> acknowledged = List.of(ledger.split(","));
        begin = System.nanoTime();
        Flux.range(0, streams)
                .flatMap(stream -> check(log, stream, Integer.parseInt(acknowledged.get(stream))), 4)
                .blockLast(PATIENCE);
        tell("all streams read whole", "%.2f s", begin);
        log.close().block(PATIENCE);
    }

    private static Mono<Integer> check(EventLog log, int stream, int acknowledged) {
        return log.stream("stream-" + stream)
                .read(ReadOptions.forward(From.start()))
                .reduce(0, (count, event) -> require(stream, count, event))
                .map(count -> {
                    if (count < acknowledged) {
                        throw new AssertionError("stream " + stream + " has " + count + " of " + acknowledged);
                    }
                    return count;
                });
    }

    private static int require(int stream, int count, Event event) {
        if (event.sequence() != count + 1 || !Arrays.equals(event.data(), payload(stream))) {
            throw new AssertionError("stream " + stream + " has " + event + " behind " + count);
        }
        return count + 1;
    }

    private void tell(String what, String format, long begin) {
        out.printf(Locale.ROOT, "%-40s " + format + "%n", what, (System.nanoTime() - begin) / 1e9);
    }
}
