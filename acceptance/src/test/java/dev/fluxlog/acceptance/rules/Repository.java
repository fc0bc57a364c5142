package dev.fluxlog.acceptance.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The checkout under test: its modules and its files, without what builds have left in it. */
final class Repository {
    private static final Set<String> PASSED_OVER = Set.of(".git", "target", "node_modules", "fluxlog-data", ".idea");

    private Repository() {}

    static Path root() {
        return Path.of(System.getProperty("fluxlog.root", ".."))
                .toAbsolutePath()
                .normalize();
    }

    /** Folders with a POM, beside the root itself and what only measures or judges. */
    static List<Path> modules() {
        return files(file -> file.endsWith("pom.xml")).stream()
                .map(Path::getParent)
                .filter(folder -> folder != null
                        && !folder.equals(root())
                        && !folder.startsWith(root().resolve("benchmarks"))
                        && !folder.startsWith(root().resolve("judges")))
                .toList();
    }

    /** Files below the root that the predicate takes, in order of their paths. */
    static List<Path> files(Predicate<Path> wanted) {
        return below(root()).filter(wanted).sorted().toList();
    }

    static boolean isNamed(Path file, String ending) {
        return file.toString().endsWith(ending);
    }

    private static Stream<Path> below(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> !PASSED_OVER.contains(nameOf(child))).toList().stream()
                    .flatMap(child -> Files.isDirectory(child) ? below(child) : Stream.of(child));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file.toString(), unreadable);
        }
    }

    /** The path as a reader of a failure knows it. */
    static String shown(Path file) {
        return root().relativize(file).toString();
    }
}
