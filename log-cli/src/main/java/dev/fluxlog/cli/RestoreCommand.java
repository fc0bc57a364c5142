package dev.fluxlog.cli;

import dev.fluxlog.chronicle.Backup;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A backup made a log again. */
@Command(
        name = "restore",
        description = "Makes a log of a backup, in an empty directory, after checking every file of it.",
        footer = {
            "",
            "The log is the one that was backed up: let it take that one's place, and never run both.",
            "With --new-node it is another log with the same content."
        })
final class RestoreCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--from", paramLabel = "DIR", required = true, description = "Directory of the backup.")
    private Path from = Path.of("");

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "Directory of the log to be.")
    private Path data = Path.of("");

    @Option(names = "--new-node", description = "Gives the log an id of its own.")
    private boolean newNode;

    RestoreCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Backup.Node node = newNode ? Backup.Node.NEW : Backup.Node.SAME;
        return BackupCommand.tell(console, "restored", Backup.restore(from, data, node));
    }
}
