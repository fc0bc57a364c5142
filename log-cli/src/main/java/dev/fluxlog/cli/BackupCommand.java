package dev.fluxlog.cli;

import dev.fluxlog.LogException;
import dev.fluxlog.chronicle.Backup;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A copy of a log that can be made a log again. */
@Command(
        name = "backup",
        description = "Copies a log into another directory, whether it is being served or not.",
        footer = {
            "",
            "Reads the files of the log and asks nobody; writers do not wait. A second run into the same directory",
            "adds what has come since. Everything written is read back before it counts."
        })
final class BackupCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "Directory of the log.")
    private Path data = Path.of("");

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "Directory of the backup.")
    private Path to = Path.of("");

    BackupCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        return tell(console, "backed up", Backup.take(data, to));
    }

    /** What was done, and what could not be. */
    static int tell(Console console, String did, Backup.Report report) {
        console.line(did + " through position " + report.position() + ": " + report.events() + " events, "
                + report.bytes() + " bytes");
        for (Backup.Lost lost : report.lost()) {
            LogException corrupt = new LogException.Corrupt(lost.stream(), lost.first(), lost.through(), "", -1, null);
            console.notice(Refusal.of(corrupt).inPlainWords() + "; the backup does not have them");
        }
        return report.lost().isEmpty() ? Main.DONE : Main.REFUSED;
    }
}
