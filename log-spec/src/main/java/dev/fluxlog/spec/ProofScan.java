package dev.fluxlog.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds every {@code target/proofs/*.tsv} below a root, what tests have recorded, or {@code target/rulings/*.tsv}, what
 * judges have. Does not follow symbolic links and does
 * not enter hidden folders, sources or node modules, where no build output lies.
 */
final class ProofScan extends SimpleFileVisitor<Path> {

    private static final Path PROOFS = Path.of("target", "proofs");
    private static final Path RULINGS = Path.of("target", "rulings");
    private static final Set<String> SKIPPED_FOLDERS = Set.of("src", "node_modules");

    private final Path root;
    private final Path records;
    private final List<Path> files = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private ProofScan(Path root, Path records) {
        this.root = root;
        this.records = records;
    }

    static RecordedProofs below(Path root) {
        return scan(root, PROOFS);
    }

    static RecordedProofs rulingsBelow(Path root) {
        return scan(root, RULINGS);
    }

    private static RecordedProofs scan(Path root, Path records) {
        ProofScan scan = new ProofScan(root, records);
        try {
            Files.walkFileTree(root, scan);
        } catch (IOException failure) {
            throw new UncheckedIOException("The tree " + root + " could not be scanned", failure);
        }
        return scan.files.stream()
                .sorted()
                .map(ProofFile::read)
                .reduce(new RecordedProofs(List.of(), scan.problems), RecordedProofs::and);
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        String name = String.valueOf(folder.getFileName());
        boolean skipped = !folder.equals(root) && (name.startsWith(".") || SKIPPED_FOLDERS.contains(name));
        return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && folder.endsWith(records) && file.toString().endsWith(ProofFile.SUFFIX)) {
            files.add(file);
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (file.equals(root)) {
            throw failure;
        }
        problems.add(Problem.unreadable(file, failure));
        return FileVisitResult.CONTINUE;
    }
}
