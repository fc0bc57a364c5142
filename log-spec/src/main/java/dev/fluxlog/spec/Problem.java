package dev.fluxlog.spec;

import java.io.IOException;
import java.nio.file.Path;

/** One reason for the check to fail, and where to look. */
record Problem(Location where, String message) {

    static Problem unreadable(Path file, IOException failure) {
        return new Problem(new Location(file, 1), "this cannot be read: " + failure);
    }

    @Override
    public String toString() {
        return where + ": " + message;
    }
}
