package dev.fluxlog.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command reads and writes.
 *
 * @param input standard input
 * @param output standard output, unbuffered: what is written is out
 * @param notices standard error, for people
 * @param environment variables
 */
record Console(InputStream input, OutputStream output, PrintStream notices, Map<String, String> environment) {

    static Console ofProcess() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.getenv());
    }

    /** Whoever read standard output has gone: nothing is left to do, and nothing to complain about. */
    static final class OutputClosed extends RuntimeException {
        private static final long serialVersionUID = 1;

        OutputClosed(IOException cause) {
            super("standard output is closed", cause);
        }
    }

    /** Prints a line of data in one write. */
    void line(String text) {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            output.write(bytes);
            output.flush();
        } catch (IOException closed) {
            throw new OutputClosed(closed);
        }
    }

    /** Tells people something, on one line. */
    void notice(String text) {
        notices.println("fluxlog: " + Printable.of(text));
    }
}
