package dev.fluxlog.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** One line on a terminal that says how far a long append is; silent everywhere else. */
final class Progress {
    private static final long REDRAW_NANOS = 100_000_000;
    private static final int BAR_CHARS = 30;

    private final Console console;
    private final boolean shown;
    private final long bytesExpected;
    private long drawnAt = System.nanoTime();
    private boolean drawn;

    Progress(Console console, BooleanSupplier terminal) {
        this.console = console;
        this.shown = terminal.getAsBoolean();
        this.bytesExpected = size(console);
    }

    /** Whether standard error is a terminal, by the file system where there is one of processes. */
    static boolean noticesAreOnTerminal() {
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException unknown) {
            return System.console() != null;
        }
    }

    private static long size(Console console) {
        try {
            return console.input() instanceof FileInputStream file
                    ? file.getChannel().size()
                    : 0;
        } catch (IOException notAFile) {
            return 0;
        }
    }

    void update(long events, long bytesRead) {
        long now = System.nanoTime();
        if (shown && now - drawnAt >= REDRAW_NANOS) {
            drawnAt = now;
            drawn = true;
            console.notices().print("\r" + line(events, bytesRead) + "\u001b[K");
            console.notices().flush();
        }
    }

    private String line(long events, long bytesRead) {
        String told = String.format(Locale.ROOT, "%,d events, %.1f MiB", events, bytesRead / 1048576.0);
        if (bytesExpected <= 0) {
            return told;
        }
        int done = (int) Math.min(BAR_CHARS, bytesRead * BAR_CHARS / bytesExpected);
        return "[" + "#".repeat(done) + ".".repeat(BAR_CHARS - done) + "] " + told;
    }

    /** Clears the line. */
    void end() {
        if (drawn) {
            console.notices().print("\r\u001b[K");
            console.notices().flush();
        }
    }
}
