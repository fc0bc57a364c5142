package dev.fluxlog.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies of directories, and what tests do to the bytes in them. */
final class Images {
    private Images() {}

    /** Replaces {@code to} by a copy. */
    static Path copy(Path from, Path to) throws IOException {
        delete(to);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }

    static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /** Segments of the commit journal, oldest first. */
    static List<Path> commitSegments(Path log) throws IOException {
        try (Stream<Path> files = Files.list(log.resolve("commit"))) {
            return files.filter(file -> CommitSegment.numberOf(file) >= 0)
                    .sorted()
                    .toList();
        }
    }

    /** Where each group begins in a segment of the commit journal. */
    static List<Integer> groups(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        List<Integer> begins = new java.util.ArrayList<>();
        int at = CommitSegment.HEADER_BYTES;
        while (at + CommitRecord.HEADER_BYTES <= bytes.length) {
            CommitRecord head = CommitRecord.decode(bytes, at);
            if (head == null) {
                break;
            }
            begins.add(at);
            at += (int) head.bytes();
        }
        return begins;
    }

    static void zero(Path file, int from) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, from, bytes.length, (byte) 0);
        Files.write(file, bytes);
    }
}
