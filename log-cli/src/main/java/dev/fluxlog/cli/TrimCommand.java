package dev.fluxlog.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Drops old events. */
@Command(name = "trim", description = "Drops all events up to and including a sequence, for ever.")
final class TrimCommand implements Runnable {
    private final Console console;

    @Mixin
    private final Target target;

    @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
    private String stream = "";

    @Option(names = "--through", paramLabel = "N", required = true, description = "The last sequence dropped.")
    private long through;

    TrimCommand(Console console) {
        this.console = console;
        this.target = new Target(console);
    }

    @Override
    public void run() {
        target.use(
                Target.Missing.REFUSE,
                access -> access.trim(stream, through)
                        .doOnNext(lowWaterMark -> console.line("readable from " + lowWaterMark))
                        .then());
    }
}
