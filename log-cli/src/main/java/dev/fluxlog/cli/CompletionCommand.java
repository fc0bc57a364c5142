package dev.fluxlog.cli;

import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What a shell needs to complete the words of this command. */
@Command(
        name = "completion",
        description = "Prints the completion for bash and zsh.",
        footer = {"", "Use it with: source <(fluxlog completion)"})
final class CompletionCommand implements Runnable {
    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        if (spec != null) {
            console.line(AutoComplete.bash("fluxlog", spec.root().commandLine()));
        }
    }
}
