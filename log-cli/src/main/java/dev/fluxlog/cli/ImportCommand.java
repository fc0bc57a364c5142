package dev.fluxlog.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** An export into a log. */
@Command(
        name = "import",
        description = "Appends what an export holds and the log does not have yet.",
        footer = {
            "",
            "What is there already is compared, and different content at the same place is refused, so an import",
            "can be repeated. Times are kept when the directory is opened by this command; a gateway gives its own.",
            "Prints for each stream what was appended. Positions over the whole log are given anew."
        })
final class ImportCommand implements Runnable {
    private final Console console;

    @Mixin
    private final Target target;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The export; default is standard input.")
    private @Nullable Path file;

    @Option(
            names = "--renumber",
            description = "Takes a stream whose first events are not in the export, with new sequences from 1.")
    private boolean renumber;

    ImportCommand(Console console) {
        this.console = console;
        this.target = new Target(console);
    }

    @Override
    public void run() {
        SettableClock clock = new SettableClock();
        target.use(
                Target.Missing.CREATE,
                clock,
                access -> Mono.<Void>fromRunnable(() -> copy(access, clock)).subscribeOn(Schedulers.boundedElastic()));
    }

    private void copy(LogAccess access, SettableClock clock) {
        try (InputStream input = file == null ? console.input() : Files.newInputStream(file)) {
            new Import(new ImportLines(input), access, clock, renumber, console).run();
        } catch (IOException unreadable) {
            throw new Refusal("invalid-input", "The input cannot be read: " + unreadable.getMessage());
        }
    }
}
