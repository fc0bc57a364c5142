package dev.fluxlog.cli;

import dev.fluxlog.From;
import dev.fluxlog.ReadOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is there, and no more. */
@Command(name = "read", description = "Prints the events of a stream that are there now, one JSON object a line.")
final class ReadCommand implements Runnable {
    private final Console console;

    @Mixin
    private final Target target;

    @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
    private String stream = "";

    @ArgGroup
    private @Nullable Place place;

    @Option(names = "--limit", paramLabel = "N", description = "Most events printed; default all.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--backward", description = "Newest first.")
    private boolean backward;

    /** Where reading begins. */
    private static final class Place {
        @Option(
                names = "--from",
                paramLabel = "N|start|tail",
                converter = Places.FromConverter.class,
                description = "Begins with this sequence.")
        private @Nullable From from;

        @Option(
                names = "--after",
                paramLabel = "N",
                description = "Begins behind this sequence; with --backward, before it.")
        private @Nullable Long after;

        @Option(names = "--last", paramLabel = "N", description = "The newest N events.")
        private @Nullable Long last;
    }

    ReadCommand(Console console) {
        this.console = console;
        this.target = new Target(console);
    }

    @Override
    public void run() {
        if (limit < 1 || newest() < 1) {
            throw new WrongUsage("--limit and --last are at least 1");
        }
        ReadOptions options = options();
        target.use(
                Target.Missing.REFUSE,
                access -> access.read(stream, options)
                        .doOnNext(line -> console.line(line.json()))
                        .then());
    }

    private ReadOptions options() {
        ReadOptions options = backward ? ReadOptions.backward(backwardPlace()) : ReadOptions.forward(forwardPlace());
        return options.withLimit(backward ? Math.min(limit, newest()) : limit);
    }

    private long newest() {
        return place == null || place.last == null ? Long.MAX_VALUE : place.last;
    }

    private From forwardPlace() {
        if (place == null) {
            return From.start();
        }
        if (place.from != null) {
            return place.from;
        }
        return place.after != null ? From.after(place.after) : From.last(place.last == null ? 0 : place.last);
    }

    /** Reading backward yields what precedes a place, hence what is asked for lies one further. */
    private From backwardPlace() {
        if (place == null || place.last != null) {
            return From.tail();
        }
        if (place.after != null) {
            return From.after(Math.max(0, place.after - 1));
        }
        return place.from instanceof From.After after
                ? From.after(after.sequence() + 1)
                : place.from == null ? From.tail() : place.from;
    }
}
