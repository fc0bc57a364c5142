package dev.fluxlog.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Ends a stream. */
@Command(name = "seal", description = "Ends appends to a stream, for ever.")
final class SealCommand implements Runnable {
    private final Console console;

    @Mixin
    private final Target target;

    @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
    private String stream = "";

    SealCommand(Console console) {
        this.console = console;
        this.target = new Target(console);
    }

    @Override
    public void run() {
        target.use(
                Target.Missing.REFUSE,
                access -> access.seal(stream)
                        .doOnNext(highWaterMark -> console.line("sealed at " + highWaterMark))
                        .then());
    }
}
