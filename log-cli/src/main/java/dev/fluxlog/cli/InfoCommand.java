package dev.fluxlog.cli;

import dev.fluxlog.StreamInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One stream's state. */
@Command(name = "info", description = "Tells the state of a stream.")
final class InfoCommand implements Runnable {
    private final Console console;

    @Mixin
    private final Target target;

    @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
    private String stream = "";

    @Option(names = "--json", description = "As a JSON object.")
    private boolean json;

    InfoCommand(Console console) {
        this.console = console;
        this.target = new Target(console);
    }

    @Override
    public void run() {
        target.use(
                Target.Missing.REFUSE,
                access -> access.info(stream)
                        .doOnNext(info -> console.line(json ? EventJson.line(info) : inPlainWords(info)))
                        .then());
    }

    /** Name, readable sequences, state; separated by tabs, which no name has. */
    static String inPlainWords(StreamInfo info) {
        String readable = info.events() > 0
                ? info.lowWaterMark() + ".." + info.highWaterMark()
                : "empty, ends at " + info.highWaterMark();
        return Printable.of(info.name()) + "\t" + readable + (info.sealed() ? "\tsealed" : "");
    }
}
