package dev.fluxlog.cli;

import dev.fluxlog.LogException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import reactor.core.Exceptions;

/** The {@code fluxlog} command. */
public final class Main {
    static final int DONE = 0;
    static final int REFUSED = 1;
    static final int WRONG_USAGE = 2;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(Console.ofProcess(), arguments));
    }

    static int run(Console console, String... arguments) {
        return commandLine(console).execute(arguments);
    }

    static CommandLine commandLine(Console console) {
        return new CommandLine(new RootCommand())
                .addSubcommand(new ServeCommand(console))
                .addSubcommand(new InitCommand(console))
                .addSubcommand(new AppendCommand(console))
                .addSubcommand(new ReadCommand(console))
                .addSubcommand(new TailCommand(console))
                .addSubcommand(new StreamsCommand(console))
                .addSubcommand(new InfoCommand(console))
                .addSubcommand(new TrimCommand(console))
                .addSubcommand(new SealCommand(console))
                .addSubcommand(new DeleteCommand(console))
                .addSubcommand(new BackupCommand(console))
                .addSubcommand(new RestoreCommand(console))
                .addSubcommand(new ExportCommand(console))
                .addSubcommand(new ImportCommand(console))
                .addSubcommand(new DoctorCommand(console))
                .addSubcommand(new TokenCommand(console))
                .addSubcommand(new CompletionCommand(console))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setOut(new PrintWriter(console.output(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.notices(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((wrong, given) -> wrongUsage(console, wrong))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(console, failure, command));
    }

    private static int wrongUsage(Console console, ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        console.notice(String.valueOf(wrong.getMessage()));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, command.getErr())) {
            command.getErr().println("Try 'fluxlog" + words(command) + " --help'.");
        }
        return WRONG_USAGE;
    }

    private static String words(CommandLine command) {
        return command.getParent() == null ? "" : words(command.getParent()) + " " + command.getCommandName();
    }

    private static int failed(Console console, Exception failure, CommandLine command) {
        Throwable cause = Exceptions.unwrap(failure);
        if (cause instanceof Console.OutputClosed) {
            return DONE;
        }
        if (cause instanceof WrongUsage wrong) {
            return wrongUsage(console, new ParameterException(command, String.valueOf(wrong.getMessage())));
        }
        if (cause instanceof Refusal refusal) {
            console.notice(refusal.inPlainWords());
        } else if (cause instanceof LogException refused) {
            console.notice(Refusal.of(refused).inPlainWords());
        } else if (cause instanceof Lost lost) {
            console.notice(String.valueOf(lost.getMessage()));
        } else {
            console.notice("unexpected: " + cause);
            LoggerFactory.getLogger(Main.class).debug("unexpected", cause);
        }
        return REFUSED;
    }
}
