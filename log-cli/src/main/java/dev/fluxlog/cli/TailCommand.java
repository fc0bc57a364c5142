package dev.fluxlog.cli;

import dev.fluxlog.From;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Everything from a place on, and everything that comes. */
@Command(
        name = "tail",
        description = "Prints the events of a stream from a place on and stays, one JSON object a line.",
        footer = {
            "",
            "Connects again for ever and goes on behind the last event printed: no gap, no repeat.",
            "Events that are gone are told on standard error. Ends behind the last event of a sealed stream."
        })
final class TailCommand implements Runnable {
    private final Console console;

    @Mixin
    private final Target target;

    @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
    private String stream = "";

    @Option(
            names = "--from",
            paramLabel = "N|start|tail",
            converter = Places.FromConverter.class,
            description = "Begins with this sequence; default tail, which is what comes from now on.")
    private From from = From.tail();

    TailCommand(Console console) {
        this.console = console;
        this.target = new Target(console);
    }

    @Override
    public void run() {
        target.use(
                Target.Missing.REFUSE,
                access -> new Following(place -> access.follow(stream, place), from, console::notice)
                        .signals()
                        .doOnNext(this::print)
                        .then());
    }

    private void print(FollowSignal signal) {
        if (signal instanceof EventLine line) {
            console.line(line.json());
        } else if (signal instanceof FollowSignal.Gap gap) {
            console.notice("gap: sequences " + gap.from() + ".." + gap.through() + " are gone");
        } else if (signal instanceof FollowSignal.Ahead ahead) {
            console.notice("ahead: asked for what follows " + ahead.requested() + ", but the stream ends at "
                    + ahead.highWaterMark() + "; going on there");
        }
    }
}
