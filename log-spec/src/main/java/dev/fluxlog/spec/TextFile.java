package dev.fluxlog.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads UTF-8 text. A file that cannot be read is a problem to report, never an empty file. */
final class TextFile {

    private TextFile() {}

    static List<String> lines(Path file, List<Problem> problems) {
        try {
            return Files.readAllLines(file);
        } catch (IOException failure) {
            problems.add(Problem.unreadable(file, failure));
            return List.of();
        }
    }
}
