package dev.fluxlog.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All files of the specification: every Markdown file of the directory except its README. */
record Specification(Path directory, List<SpecFile> files) {

    private static final String README = "README.md";

    Specification {
        files = List.copyOf(files);
    }

    static Specification in(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return new Specification(
                    directory,
                    entries.filter(Specification::hasCriteria)
                            .sorted()
                            .map(SpecParser::read)
                            .toList());
        } catch (IOException failure) {
            throw new UncheckedIOException("The specification in " + directory + " cannot be listed", failure);
        }
    }

    private static boolean hasCriteria(Path file) {
        return file.toString().endsWith(".md") && !file.endsWith(README);
    }

    List<Criterion> criteria() {
        return files.stream().flatMap(file -> file.criteria().stream()).toList();
    }

    List<RetiredId> retired() {
        return files.stream().flatMap(file -> file.retired().stream()).toList();
    }

    /** What is wrong with the text itself: its form, and ids that stand in it twice, retired ones included. */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        if (files.isEmpty()) {
            problems.add(new Problem(new Location(directory, 1), "there is no file of criteria here"));
        }
        files.forEach(file -> problems.addAll(file.problems()));
        Map<String, Location> seen = new HashMap<>();
        criteria().forEach(criterion -> once(criterion.id(), criterion.where(), seen, problems));
        retired().forEach(entry -> once(entry.id(), entry.where(), seen, problems));
        return List.copyOf(problems);
    }

    private static void once(String id, Location where, Map<String, Location> seen, List<Problem> problems) {
        Location first = seen.putIfAbsent(id, where);
        if (first != null) {
            problems.add(new Problem(where, id + " is used twice, first in " + first));
        }
    }
}
