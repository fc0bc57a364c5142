package dev.fluxlog.cli;

import dev.fluxlog.From;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamInfo;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Events as lines that can be kept, looked at and imported. */
@Command(
        name = "export",
        description = "Prints streams as lines of JSON, in order, for 'import'.",
        footer = {
            "",
            "The first line names the format and its version, the last one counts; each line has a checksum.",
            "A stream is exported up to the sequence that it has at the start."
        })
final class ExportCommand implements Runnable {
    private final Console console;

    @Mixin
    private final Target target;

    @Parameters(paramLabel = "STREAM", arity = "0..*", description = "Names of the streams.")
    private List<String> streams = new ArrayList<>();

    @Option(names = "--all", description = "All streams.")
    private boolean all;

    @Option(names = "--from", paramLabel = "N", description = "Begins with this sequence; default with the first.")
    private long from;

    ExportCommand(Console console) {
        this.console = console;
        this.target = new Target(console);
    }

    @Override
    public void run() {
        if (all == !streams.isEmpty()) {
            throw new WrongUsage("Name the streams, or say --all");
        }
        target.use(Target.Missing.REFUSE, this::export);
    }

    private Mono<Void> export(LogAccess access) {
        long[] counts = {0, 0};
        Flux<StreamInfo> infos =
                all ? access.streams("") : Flux.fromIterable(streams).concatMap(access::info);
        return Mono.fromRunnable(() -> console.line(ExportFormat.header()))
                .thenMany(infos.collectList().flatMapIterable(found -> found))
                .concatMap(info -> {
                    counts[0]++;
                    return stream(access, info).doOnNext(events -> counts[1] += events);
                })
                .then(Mono.fromRunnable(() -> console.line(ExportFormat.end(counts[0], counts[1]))));
    }

    private Mono<Long> stream(LogAccess access, StreamInfo info) {
        long first = Math.max(from, info.lowWaterMark());
        console.line(ExportFormat.stream(info, first));
        if (first > info.highWaterMark()) {
            return Mono.just(0L);
        }
        ReadOptions range = ReadOptions.forward(From.after(first - 1)).withLimit(info.highWaterMark() - first + 1);
        return access.events(info.name(), range)
                .doOnNext(event -> console.line(ExportFormat.checked(EventJson.exported(event))))
                .count();
    }
}
