package dev.fluxlog.judges;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What the judge reads: a line per event, and one when the client has been told that there is no more. */
final class Told {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private Told() {}

    static void message(String id, String data) {
        OUT.println("message " + id + " " + Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8)));
    }

    static void ended() {
        OUT.println("ended");
    }
}
