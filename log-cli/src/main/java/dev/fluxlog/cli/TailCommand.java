package dev.fluxlog.cli;

import dev.fluxlog.From;
import dev.fluxlog.Selection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Everything from a place on, and everything that comes. */
@Command(
        name = "tail",
        description = "Prints the events of a stream, or of many, from a place on and stays, one JSON object a line.",
        footer = {
            "",
            "Connects again for ever and goes on behind the last event printed: no gap, no repeat.",
            "Events that are gone are told on standard error. Ends behind the last event of a sealed stream."
        })
final class TailCommand implements Runnable {
    private final Console console;

    @Mixin
    private final Target target;

    @Parameters(arity = "0..1", paramLabel = "STREAM", description = "Name of the stream.")
    private String stream = "";

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description =
                    "Instead of one stream: all whose names begin so, in the order of commit; also those to come.")
    private @Nullable String prefix;

    @Option(names = "--all", description = "Instead of one stream: all.")
    private boolean all;

    @Option(
            names = "--from",
            paramLabel = "N|start|tail",
            converter = Places.FromConverter.class,
            description = "Begins with this sequence, or with this position where many streams are followed;"
                    + " default tail, which is what comes from now on.")
    private From from = From.tail();

    TailCommand(Console console) {
        this.console = console;
        this.target = new Target(console);
    }

    @Override
    public void run() {
        boolean many = all || prefix != null;
        if (many != stream.isEmpty() || (all && prefix != null)) {
            throw new WrongUsage("Give one of STREAM, --prefix and --all");
        }
        target.use(
                Target.Missing.REFUSE,
                access -> (many ? many(access) : one(access))
                        .signals()
                        .doOnNext(this::print)
                        .then());
    }

    private Following one(LogAccess access) {
        return new Following(Following.Numbers.SEQUENCES, place -> access.follow(stream, place), from, console::notice);
    }

    private Following many(LogAccess access) {
        Selection selection = Selection.all().withPrefix(prefix == null ? "" : prefix);
        return new Following(
                Following.Numbers.POSITIONS, place -> access.follow(selection, place), from, console::notice);
    }

    private void print(FollowSignal signal) {
        if (signal instanceof EventLine line) {
            console.line(line.json());
        } else if (signal instanceof FollowSignal.Gap gap) {
            String of = stream.isEmpty() ? " of '" + Printable.of(gap.stream()) + "'" : "";
            console.notice("gap: sequences " + gap.from() + ".." + gap.through() + of + " are gone");
        } else if (signal instanceof FollowSignal.Ahead ahead) {
            console.notice("ahead: asked for what follows " + ahead.requested() + ", but the "
                    + (stream.isEmpty() ? "log" : "stream") + " ends at " + ahead.highWaterMark() + "; going on there");
        }
    }
}
