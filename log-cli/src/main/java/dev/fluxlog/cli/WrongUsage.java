package dev.fluxlog.cli;

/** The words of the command do not fit together: exit code 2. */
final class WrongUsage extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongUsage(String message) {
        super(message);
    }
}
