package dev.fluxlog.chronicle;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A process that gives a log many streams, uses few of them much and most of them rarely, checks every answer, and tells
 * what it took: {@code ManyStreams DIRECTORY STREAMS}.
 */
final class ManyStreams {
    private static final int BYTES = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final PrintStream out =
            new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.US_ASCII);
    private final Path directory;
    private final int streams;
    private final Random random = new Random(Long.getLong("fluxlog.test.seed", 1));
    private final AtomicIntegerArray acknowledged;
    private final AtomicLong descriptorsMax = new AtomicLong();
    private final AtomicLong mappingsMax = new AtomicLong();

    private ManyStreams(Path directory, int streams) {
        this.directory = directory;
        this.streams = streams;
        this.acknowledged = new AtomicIntegerArray(streams);
    }

    public static void main(String[] arguments) throws Exception {
        new ManyStreams(Path.of(arguments[0]), Integer.parseInt(arguments[1])).run();
    }

    private EventLog open() {
        // Small, so that streams that rest are written to their journals while this runs.
        long segment = streams < 10_000 ? 256 << 10 : 4 << 20;
        ChronicleOptions options = ChronicleOptions.defaults()
                .withCommitJournal(segment, 4 * segment)
                .withTailCacheBytesMax(1 << 20)
                // By default as much as the heap of the short form.
                .withUnappliedBytesMax(streams < 10_000 ? 8 << 20 : 64 << 20)
                .withFreeBytesMin(0);
        return ChronicleLog.open(directory, options, LogOptions.defaults())
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    private void run() throws Exception {
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(work -> {
            // Or else a failure would not end the process.
            Thread thread = new Thread(work, "watch");
            thread.setDaemon(true);
            return thread;
        });
        watch.scheduleAtFixedRate(this::look, 0, 20, TimeUnit.MILLISECONDS);
        EventLog log = open();
        long begin = System.nanoTime();
        Flux.range(0, streams).flatMap(stream -> append(log, stream), 256).blockLast(PATIENCE);
        tell("streams created", "%,.0f/s", streams / seconds(begin));
        begin = System.nanoTime();
        int appends = 2 * streams;
        Flux.range(0, appends)
                .flatMap(i -> i % 8 == 0 ? check(log, zipf()) : append(log, zipf()), 64)
                .blockLast(PATIENCE);
        tell("appends and reads, few streams hot", "%,.0f/s", appends / seconds(begin));
        latency(log, "hot", 0, streams / 100);
        latency(log, "resting", streams / 2, streams);
        awaitApplied(log);
        memory();
        begin = System.nanoTime();
        log.close().block(PATIENCE);
        tell("close", "%.2f s", seconds(begin));
        disk();
        begin = System.nanoTime();
        EventLog again = open();
        tell("open", "%.2f s", seconds(begin));
        begin = System.nanoTime();
        int checked = Math.min(streams, 20_000);
        Flux.range(0, checked)
                .flatMap(i -> check(again, (int) ((long) i * streams / checked)), 16)
                .blockLast(PATIENCE);
        tell("streams read whole", "%,.0f/s", checked / seconds(begin));
        again.close().block(PATIENCE);
        watch.shutdown();
        tell("descriptors, most at once", "%,.0f", descriptorsMax.doubleValue());
        tell("mappings, most at once", "%,.0f", mappingsMax.doubleValue());
    }

    private Mono<Integer> append(EventLog log, int stream) {
        return log.stream(name(stream))
                .append(NewEvent.of(payload(stream)))
                .map(stored -> acknowledged.incrementAndGet(stream));
    }

    /** Reads the whole stream: dense, its own, and not less than what was acknowledged. */
    private Mono<Integer> check(EventLog log, int stream) {
        int least = acknowledged.get(stream);
        return log.stream(name(stream))
                .read(ReadOptions.forward(From.start()))
                .collectList()
                .map(events -> require(stream, least, events));
    }

    private static int require(int stream, int least, List<Event> events) {
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            if (event.sequence() != i + 1 || !Arrays.equals(event.data(), payload(stream))) {
                throw new AssertionError("stream " + stream + " has " + event + " at " + (i + 1));
            }
        }
        if (events.size() < least) {
            throw new AssertionError("stream " + stream + " has " + events.size() + " events of " + least);
        }
        return events.size();
    }

    private static String name(int stream) {
        return "stream-" + stream;
    }

    private static byte[] payload(int stream) {
        byte[] bytes = new byte[BYTES];
        Arrays.fill(bytes, (byte) ('a' + stream % 26));
        byte[] name = name(stream).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, bytes, 0, name.length);
        return bytes;
    }

    /** By Zipf's law: the k-th stream is used in proportion to 1/k. */
    private int zipf() {
        double u;
        synchronized (random) {
            u = random.nextDouble();
        }
        return Math.min(streams - 1, (int) Math.exp(u * Math.log(streams)) - 1);
    }

    private void latency(EventLog log, String what, int from, int to) {
        long[] nanos = new long[200];
        for (int i = 0; i < nanos.length; i++) {
            int stream = from + random.nextInt(to - from);
            long begin = System.nanoTime();
            append(log, stream).block(PATIENCE);
            nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        tell("append to a " + what + " stream, p50", "%.0f us", nanos[nanos.length / 2] / 1e3);
        tell("append to a " + what + " stream, p99", "%.0f us", nanos[nanos.length * 99 / 100] / 1e3);
    }

    /** Goes on with one stream until every other one that rested since the begin is in its journal. */
    private void awaitApplied(EventLog log) throws IOException {
        NewEvent filler = NewEvent.of(new byte[64 << 10]);
        Path last = directory.resolve(String.format(Locale.ROOT, "streams/%02x/%016x", streams & 0xFF, streams));
        while (!Files.exists(last)) {
            log.stream("filler").append(filler).block(PATIENCE);
        }
    }

    private void look() {
        try {
            descriptorsMax.accumulateAndGet(count("/proc/self/fd"), Math::max);
            try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
                mappingsMax.accumulateAndGet(lines.count(), Math::max);
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            // Not told on this system, or not at this moment.
            descriptorsMax.accumulateAndGet(0, Math::max);
        }
    }

    private static long count(String path) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of(path))) {
            return entries.count();
        }
    }

    private void memory() throws IOException {
        System.gc();
        double heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        tell("heap in use", "%.1f MiB", heap / (1 << 20));
        if (Files.exists(Path.of("/proc/self/status"))) {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    tell("resident", "%.1f MiB", Long.parseLong(line.replaceAll("\\D", "")) / 1024.0);
                }
            }
        }
    }

    /** Of some that got an event or a few. */
    private void disk() throws Exception {
        List<String> command = new ArrayList<>(List.of("du", "-skc"));
        for (int number = streams / 2; number < streams / 2 + 200; number++) {
            command.add(directory
                    .resolve(String.format(Locale.ROOT, "streams/%02x/%016x", number & 0xFF, number))
                    .toString());
        }
        Process du = new ProcessBuilder(command).start();
        String answer = new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        String total = answer.substring(answer.stripTrailing().lastIndexOf('\n') + 1);
        tell("disk per stream that rests", "%.1f KiB", Double.parseDouble(total.split("\\s", 2)[0]) / 200);
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private void tell(String what, String format, double value) {
        out.printf(Locale.ROOT, "%-40s " + format + "%n", what, value);
    }
}
