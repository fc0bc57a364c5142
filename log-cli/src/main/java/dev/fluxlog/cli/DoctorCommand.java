package dev.fluxlog.cli;

import dev.fluxlog.LogException;
import dev.fluxlog.chronicle.Diagnosis;
import dev.fluxlog.chronicle.Doctor;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Examines a directory, or asks the process that has it open.
 *
 * <p>Exit codes of its own: 0 clean, 1 something was found, 2 it could not be examined.
 */
@Command(
        name = "doctor",
        description = "Examines the directory of a log, and with --fix mends what can be derived.",
        footer = {
            "",
            "Exit codes: 0 clean, 1 something was found, 2 it could not be examined.",
            "Changes nothing without --fix. While a process serves the log, it is asked how the log is doing,",
            "and what needs the directory for itself is skipped; to mend, stop that process first."
        })
final class DoctorCommand implements Callable<Integer> {
    private static final int CLEAN = 0;
    private static final int FOUND = 1;
    private static final int NOT_EXAMINED = 2;

    private final Console console;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "Directory of the log.")
    private Path data = Path.of("");

    @Option(names = "--fix", description = "Shows the plan, then does it. Deletes no committed event.")
    private boolean fix;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try {
            Diagnosis found = Doctor.of(data).examine();
            return fix ? fix(found) : told(found);
        } catch (LogException.Busy busy) {
            return throughOwner(busy);
        } catch (LogException refused) {
            return notExamined(refused);
        }
    }

    private int fix(Diagnosis found) {
        if (!json) {
            new DoctorReport(found).lines().forEach(console::line);
            console.line("");
            console.line(found.isMendable() ? "Mending what has a plan." : "There is nothing to mend.");
        }
        Diagnosis after = found.isMendable() ? Doctor.of(data).fix() : found;
        if (json) {
            console.line(new DoctorReport(after).json(found));
        } else if (found.isMendable()) {
            console.line("");
            new DoctorReport(after).lines().forEach(console::line);
        }
        return after.isClean() ? CLEAN : FOUND;
    }

    private int told(Diagnosis found) {
        if (json) {
            console.line(new DoctorReport(found).json(null));
        } else {
            new DoctorReport(found).lines().forEach(console::line);
        }
        return found.isClean() ? CLEAN : FOUND;
    }

    private int throughOwner(LogException.Busy busy) {
        @Nullable String endpoint = Backends.endpoint(data).orElse(null);
        if (endpoint == null || fix) {
            return notExamined(busy);
        }
        RemoteAccess owner = new RemoteAccess(endpoint, console.environment().getOrDefault("FLUXLOG_TOKEN", ""));
        try {
            return told(OnlineExamination.of(owner.status().blockOptional().orElseThrow(), busy));
        } finally {
            owner.close().block();
        }
    }

    private int notExamined(LogException refused) {
        console.notice(Refusal.of(refused).inPlainWords());
        return NOT_EXAMINED;
    }
}
