package dev.fluxlog.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Removes a stream. */
@Command(
        name = "delete",
        description = "Removes a stream. The name may be used again and goes on after its last sequence.")
final class DeleteCommand implements Runnable {
    @Mixin
    private final Target target;

    @Parameters(paramLabel = "STREAM", description = "Name of the stream.")
    private String stream = "";

    DeleteCommand(Console console) {
        this.target = new Target(console);
    }

    @Override
    public void run() {
        target.use(Target.Missing.REFUSE, access -> access.delete(stream));
    }
}
