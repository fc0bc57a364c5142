package dev.fluxlog.chronicle;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Producer;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Retention;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.Transaction;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import reactor.core.publisher.Mono;

/**
 * Writes logs with one of everything, for {@link GoldenLogTest} of this release and of all that follow: {@code GoldenLog
 * DIRECTORY} makes {@code closed.zip}, {@code killed.zip}, and beside each what it holds, as text.
 */
final class GoldenLog {
    private GoldenLog() {}

    public static void main(String[] arguments) throws IOException {
        Path made = Path.of(arguments[0]);
        for (boolean isClosed : new boolean[] {true, false}) {
            String name = isClosed ? "closed" : "killed";
            Path log = made.resolve(name);
            String content = write(log, isClosed);
            Files.writeString(made.resolve(name + ".txt"), content);
            zip(log, made.resolve(name + ".zip"));
        }
        // A log that was abandoned keeps its threads.
        System.exit(0);
    }

    /** Returns what the log holds. */
    private static String write(Path directory, boolean isClosed) {
        ChronicleOptions options = TestLogs.small().withStreamSegmentBytes(64 << 10);
        EventLog log = await(EventLog.open(new ChronicleBackend(directory, options), LogOptions.defaults()));
        first(log);
        log.close().block();
        ChronicleBackend backend = new ChronicleBackend(directory, options);
        log = await(EventLog.open(backend, LogOptions.defaults()));
        then(log);
        String content = describe(log);
        if (isClosed) {
            log.close().block();
        } else {
            backend.abandon();
        }
        return content;
    }

    private static void first(EventLog log) {
        EventStream plain = log.stream("plain");
        await(plain.append(NewEvent.text("")));
        await(plain.append(NewEvent.json("{\"a\":\"\u00e9 \ud83d\ude00\"}")
                .withType("typed")
                .withKey("a key")
                .withHeader("x-one", "1")
                .withHeader("x-two", "2")));
        await(plain.append(NewEvent.of(new byte[] {0, 1, -1, 13, 10})));
        await(log.stream("batch")
                .append(
                        List.of(NewEvent.text("one"), NewEvent.text("two"), NewEvent.text("three")),
                        AppendOptions.defaults().withIdempotencyKey("once")));
        await(log.commit(Transaction.start()
                .append("both/a", List.of(NewEvent.text("a1"), NewEvent.text("a2")))
                .append("both/b", List.of(NewEvent.text("b1")))));
        for (int i = 1; i <= 60; i++) {
            await(log.stream("big").append(NewEvent.text(i + " " + "x".repeat(i == 30 ? 100_000 : 3_000))));
        }
        await(log.stream("gone").append(NewEvent.text("gone")));
        log.stream("gone").delete().block();
        await(log.stream("produced")
                .append(
                        List.of(NewEvent.text("by a producer")),
                        AppendOptions.defaults().withProducer(new Producer("producer", 3, 0))));
        await(log.stream("kept")
                .create(StreamSettings.defaults()
                        .withContentType("application/json")
                        .withRetention(Retention.keep().withMaxEvents(5))));
    }

    /** What the journals of the streams do not hold yet when the process dies. */
    private static void then(EventLog log) {
        await(log.stream("big").trim(20));
        await(log.stream("batch").seal());
        await(log.stream("plain").fork("branch", 2));
        await(log.stream("branch").append(NewEvent.text("of its own")));
        await(log.stream("gone").append(NewEvent.text("again")));
        await(log.stream("produced")
                .append(
                        List.of(NewEvent.text("the next one")),
                        AppendOptions.defaults().withProducer(new Producer("producer", 3, 1))));
        await(log.stream("plain").append(NewEvent.text("last")));
    }

    /** Streams by name with their events, then the order of commit. */
    static String describe(EventLog log) {
        StringBuilder text = new StringBuilder();
        List<StreamInfo> streams = await(log.streams(StreamsQuery.all()).collectList());
        for (StreamInfo stream : streams) {
            text.append(line(stream));
            ReadOptions all = ReadOptions.forward(From.start());
            await(log.stream(stream.name()).read(all).collectList()).forEach(event -> text.append(line(event)));
        }
        text.append("order");
        log.subscribe(Selection.all(), From.start())
                .take(ordered(streams))
                .toIterable()
                .forEach(event ->
                        text.append(' ').append(event.stream()).append('/').append(event.sequence()));
        return text.append('\n').toString();
    }

    private static String line(StreamInfo stream) {
        return String.format(
                Locale.ROOT,
                "%s: %d to %d, sealed %s, content type '%s', at most %d events, forked from '%s' at %d\n",
                stream.name(),
                stream.lowWaterMark(),
                stream.highWaterMark(),
                stream.sealed(),
                stream.settings().contentType(),
                stream.settings().retention().maxEvents(),
                stream.forkedFrom().stream(),
                stream.forkedFrom().sequence());
    }

    private static String line(Event event) {
        CRC32 sum = new CRC32();
        sum.update(event.data());
        return String.format(
                Locale.ROOT,
                "  %d at %d, type '%s', key '%s', headers %s, %d bytes with CRC32 %08x\n",
                event.sequence(),
                event.position(),
                event.type(),
                event.key(),
                event.headers(),
                event.data().length,
                sum.getValue());
    }

    /** How many events a subscription to everything finds: those of forks that they share count once. */
    private static long ordered(List<StreamInfo> streams) {
        return streams.stream()
                .mapToLong(stream -> stream.events()
                        - (stream.forkedFrom().isNone()
                                ? 0
                                : stream.forkedFrom().sequence()))
                .sum();
    }

    private static <T> T await(Mono<T> answer) {
        return answer.blockOptional().orElseThrow();
    }

    private static void zip(Path directory, Path zip) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.filter(path -> !path.equals(directory)).sorted().forEach(files::add);
        }
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out)) {
            for (Path file : files) {
                String name = directory.relativize(file).toString();
                boolean isDirectory = Files.isDirectory(file);
                ZipEntry entry = new ZipEntry(isDirectory ? name + "/" : name);
                entry.setTime(0);
                entries.putNextEntry(entry);
                if (name.equals("OWNER")) {
                    entries.write(Files.readString(file)
                            .replaceAll("host=.*", "host=golden")
                            .getBytes(StandardCharsets.UTF_8));
                } else if (!isDirectory) {
                    Files.copy(file, entries);
                }
            }
        }
    }
}
