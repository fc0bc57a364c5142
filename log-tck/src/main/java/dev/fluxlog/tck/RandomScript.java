package dev.fluxlog.tck;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.EventStream;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.From;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;

/**
 * Draws operations that often meet: few streams, few keys, places around the marks.
 *
 * <p>The same seed draws the same operations.
 */
final class RandomScript {
    private static final List<String> NAMES = List.of("a", "a/b", "b", "\u00e9", "c");

    private final Random random;
    private final ManualClock clock;

    RandomScript(long seed, ManualClock clock) {
        this.random = new Random(seed);
        this.clock = clock;
    }

    Operation next() {
        clock.set(clock.instant().plusMillis(random.nextInt(2_000) - 300));
        return switch (random.nextInt(26)) {
            case 0, 1, 2, 3, 4, 5 -> append(AppendOptions.defaults());
            case 6, 7, 8 -> append(AppendOptions.defaults().withIdempotencyKey(key()));
            case 9, 10 -> append(AppendOptions.defaults().withExpected(expected()));
            case 11 -> append(AppendOptions.defaults().withExpected(expected()).withIdempotencyKey(key()));
            case 12, 13 -> transaction();
            case 14, 15 -> trim();
            case 16 -> random.nextInt(3) == 0 ? seal() : delete();
            case 17 -> create();
            case 18, 19 -> read();
            case 20, 21 -> page();
            case 22 -> signals();
            case 23 -> selection();
            case 24 -> on("info", EventStream::info);
            default -> streams();
        };
    }

    private Operation on(String text, Function<EventStream, Publisher<?>> call) {
        String name = name();
        return new Operation(text + " of " + name, log -> call.apply(log.stream(name)));
    }

    private Operation append(AppendOptions options) {
        List<NewEvent> events = events(random.nextInt(12));
        AppendOptions chosen = random.nextInt(60) == 0 ? options.thenSeal() : options;
        return on("append " + events + " with " + chosen, stream -> stream.append(events, chosen));
    }

    private Operation transaction() {
        Transaction transaction = Transaction.start();
        for (String name : NAMES) {
            if (random.nextInt(3) == 0) {
                ExpectedSequence expected = random.nextInt(4) == 0 ? expected() : ExpectedSequence.any();
                transaction = transaction.append(name, events(random.nextInt(4)), expected);
            }
        }
        Transaction chosen = random.nextBoolean() ? transaction.withIdempotencyKey(key()) : transaction;
        return new Operation("commit " + chosen, log -> log.commit(chosen));
    }

    private Operation trim() {
        long through = random.nextInt(60);
        return on("trim through " + through, stream -> stream.trim(through));
    }

    private Operation seal() {
        ExpectedSequence expected = expected();
        return on("seal at " + expected, stream -> stream.seal(expected));
    }

    private Operation delete() {
        return on("delete", EventStream::delete);
    }

    private Operation create() {
        StreamSettings settings = StreamSettings.defaults().withContentType("text/" + random.nextInt(3));
        return random.nextBoolean()
                ? on("create with " + settings, stream -> stream.create(settings))
                : on("configure with " + settings, stream -> stream.configure(settings));
    }

    private Operation read() {
        ReadOptions options = options(1 + random.nextInt(100));
        return on("read " + options, stream -> stream.read(options));
    }

    private Operation page() {
        ReadOptions options = options(1 + random.nextInt(22));
        return on("page " + options, stream -> stream.page(options));
    }

    private Operation signals() {
        From from = from();
        return on(
                "signals from " + from,
                stream -> stream.signals(from).takeUntil(signal -> signal instanceof StreamSignal.CaughtUp));
    }

    private Operation selection() {
        Selection selection = Selection.all()
                .withPrefix(random.nextBoolean() ? "a" : "")
                .withTypes(random.nextBoolean() ? Set.of("t1") : Set.of());
        From from = from();
        return new Operation(
                "signals of " + selection + " from " + from,
                log -> log.signals(selection, from).takeUntil(signal -> signal instanceof StreamSignal.CaughtUp));
    }

    private Operation streams() {
        StreamsQuery query = StreamsQuery.all()
                .withPrefix(random.nextBoolean() ? "a" : "")
                .withAfter(random.nextBoolean() ? name() : "")
                .withLimit(1 + random.nextInt(5));
        return new Operation("streams " + query, log -> log.streams(query));
    }

    private ReadOptions options(int limit) {
        From from = from();
        ReadOptions options = random.nextInt(3) == 0 ? ReadOptions.backward(from) : ReadOptions.forward(from);
        return options.withLimit(limit);
    }

    private From from() {
        return switch (random.nextInt(7)) {
            case 0 -> From.start();
            case 1 -> From.tail();
            case 2 -> From.last(random.nextInt(8));
            case 3 -> From.at(clock.instant().minusMillis(random.nextInt(60_000)));
            default -> From.after(random.nextInt(60));
        };
    }

    private ExpectedSequence expected() {
        return switch (random.nextInt(6)) {
            case 0 -> ExpectedSequence.any();
            case 1 -> ExpectedSequence.noStream();
            default -> ExpectedSequence.exactly(random.nextInt(40));
        };
    }

    private String name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    private String key() {
        return "k" + random.nextInt(12);
    }

    /** Few different contents, so that a repeated key is sometimes a repeat and sometimes a mismatch. */
    private List<NewEvent> events(int count) {
        int content = random.nextInt(3);
        int bytes = random.nextInt(40) == 0 ? 2_500 : content * 40;
        return IntStream.range(0, count)
                .mapToObj(i -> NewEvent.of("x".repeat(bytes).getBytes(StandardCharsets.UTF_8))
                        .withType("t" + content)
                        .withKey("k" + i)
                        .withHeader("h", "" + content))
                .toList();
    }
}
