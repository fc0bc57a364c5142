package dev.fluxlog.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which streams there are. */
@Command(name = "streams", description = "Lists the streams with their readable sequences.")
final class StreamsCommand implements Runnable {
    private final Console console;

    @Mixin
    private final Target target;

    @Option(names = "--prefix", paramLabel = "TEXT", description = "Only names that begin with it.")
    private String prefix = "";

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    StreamsCommand(Console console) {
        this.console = console;
        this.target = new Target(console);
    }

    @Override
    public void run() {
        target.use(
                Target.Missing.REFUSE,
                access -> access.streams(prefix)
                        .doOnNext(info -> console.line(json ? EventJson.line(info) : InfoCommand.inPlainWords(info)))
                        .then());
    }
}
