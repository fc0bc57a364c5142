package dev.fluxlog.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a log, or confirms one. */
@Command(
        name = "init",
        description = "Makes a log in a directory, or confirms the one there is, and prints its node id.",
        footer = {"", "Prints 'created NODE' or 'existing NODE'. An existing log keeps every byte."})
final class InitCommand implements Runnable {
    private final Console console;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "Directory of the log.")
    private Path data = Path.of("");

    InitCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        console.line(Backends.init(data));
    }
}
