package dev.fluxlog.cli;

import dev.fluxlog.AppendOptions;
import dev.fluxlog.AppendResult;
import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.NewEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** Standard input to events. */
@Command(
        name = "append",
        description = "Appends standard input: an event a line (--text, --json), or one event (--whole).",
        footer = {
            "",
            "Prints the sequences as FIRST..LAST. Long input is appended in chunks, each one all or nothing;",
            "when other producers come in between, each adjacent run has its own line."
        })
final class AppendCommand implements Runnable {
    private static final int OVERLOADED_RETRIES_MAX = 10;
    private static final Duration OVERLOADED_PAUSE = Duration.ofMillis(50);

    private final Console console;

    @Mixin
    private final Target target;

    @Parameters(paramLabel = "STREAM", description = "Name of the stream; it comes into being with its first event.")
    private String stream = "";

    @ArgGroup
    private Form form = new Form();

    @Option(names = "--type", paramLabel = "TYPE", description = "Type of the events.")
    private String type = "";

    @Option(names = "--event-key", paramLabel = "KEY", description = "What the events are about.")
    private String eventKey = "";

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "Header of the events; may be repeated.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(names = "--content-type", paramLabel = "MEDIA", description = "Media type of the data.")
    private @Nullable String contentType;

    @Option(
            names = "--expected",
            paramLabel = "N|none|any",
            converter = Places.ExpectedConverter.class,
            description = "Appends only when the newest event has this sequence; none: when there is no such stream.")
    private ExpectedSequence expected = ExpectedSequence.any();

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Idempotency key: the same input under the same key is appended once.")
    private String key = "";

    /** How the input is cut into events. */
    private static final class Form {
        @Option(names = "--text", description = "Each line is a text; the default.")
        private boolean text;

        @Option(names = "--json", description = "Each line is a JSON value; blank lines are passed over.")
        private boolean json;

        @Option(names = "--whole", description = "The whole input is one event, of any bytes.")
        private boolean whole;

        private EventInput.Form chosen() {
            return whole ? EventInput.Form.WHOLE : json ? EventInput.Form.JSON_LINES : EventInput.Form.TEXT_LINES;
        }
    }

    AppendCommand(Console console) {
        this.console = console;
        this.target = new Target(console);
    }

    @Override
    public void run() {
        EventInput.Chunks chunks = key.isEmpty() ? EventInput.Chunks.WHEN_INPUT_PAUSES : EventInput.Chunks.WHEN_FULL;
        EventInput input = new EventInput(console.input(), form.chosen(), chunks, template());
        Progress progress = new Progress(console, Progress::noticesAreOnTerminal);
        Placement placed = new Placement();
        Scheduler reading = Schedulers.newSingle("fluxlog-input", true);
        try {
            target.use(
                    Target.Missing.CREATE,
                    access -> Flux.<List<NewEvent>>generate(sink -> {
                                try {
                                    List<NewEvent> chunk = input.next();
                                    if (chunk.isEmpty()) {
                                        sink.complete();
                                    } else {
                                        sink.next(chunk);
                                    }
                                } catch (IOException unreadable) {
                                    sink.error(new Refusal("invalid-input", "Standard input cannot be read"));
                                }
                            })
                            .subscribeOn(reading)
                            .concatMap(chunk -> append(access, chunk, placed), 1)
                            .doOnNext(result -> {
                                placed.add(result);
                                progress.update(placed.events, input.bytesRead());
                            })
                            .then());
        } finally {
            progress.end();
            reading.dispose();
            placed.print();
        }
    }

    private Mono<AppendResult> append(LogAccess access, List<NewEvent> chunk, Placement placed) {
        return Mono.defer(() -> access.append(stream, chunk, placed.options()))
                // Nothing was written: the same chunk may be offered again.
                .retryWhen(Retry.backoff(OVERLOADED_RETRIES_MAX, OVERLOADED_PAUSE)
                        .filter(failure -> failure instanceof Refusal refusal && refusal.isTurnedAway())
                        .onRetryExhaustedThrow((spec, signal) -> signal.failure()));
    }

    private NewEvent template() {
        String media = switch (form.chosen()) {
            case JSON_LINES -> "application/json";
            case TEXT_LINES -> "text/plain; charset=utf-8";
            case WHOLE -> "application/octet-stream";
        };
        return new NewEvent(type, eventKey, headers, new byte[0])
                .withContentType(contentType == null ? media : contentType);
    }

    /** Where the chunks went so far. One chunk at a time. */
    private final class Placement {
        private long chunks;
        private long events;
        private long first;
        private long last;

        /** The first chunk has the expectation that was given, each further one that nobody came in between. */
        private AppendOptions options() {
            boolean guarded = !(expected instanceof ExpectedSequence.Any);
            ExpectedSequence now = guarded && chunks > 0 ? ExpectedSequence.exactly(last) : expected;
            String chunkKey = key.isEmpty() || chunks == 0 ? key : key + "." + chunks;
            return AppendOptions.defaults().withExpected(now).withIdempotencyKey(chunkKey);
        }

        private void add(AppendResult result) {
            if (chunks > 0 && result.first() != last + 1) {
                print();
            }
            if (first == 0) {
                first = result.first();
            }
            last = result.last();
            events += result.last() - result.first() + 1;
            chunks++;
        }

        private void print() {
            if (first > 0) {
                console.line(first + ".." + last);
                first = 0;
            }
        }
    }
}
