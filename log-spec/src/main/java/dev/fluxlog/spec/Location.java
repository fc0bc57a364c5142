package dev.fluxlog.spec;

import java.nio.file.Path;

/** A line of a file, counted from 1. */
record Location(Path file, int line) {

    @Override
    public String toString() {
        return file + ":" + line;
    }
}
