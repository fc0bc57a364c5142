package dev.fluxlog.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The record of one test run: a {@link ProofLine} per proof, in UTF-8.
 *
 * <p>The file appears whole and under a name of its own, so that parallel runs in one directory do not meet.
 */
final class ProofFile {

    static final String SUFFIX = ".tsv";

    private ProofFile() {}

    /** Writes no file when there is nothing to record. */
    static void write(Path directory, List<Proof> proofs) {
        if (proofs.isEmpty()) {
            return;
        }
        String name = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        Path unfinished = directory.resolve(name + ".unfinished");
        try {
            Files.createDirectories(directory);
            Files.write(unfinished, proofs.stream().map(ProofLine::format).toList());
            Files.move(unfinished, directory.resolve(name + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new UncheckedIOException("The proofs of this run could not be written", failure);
        }
    }

    /** Never fails: a file or line that cannot be read is one of the problems. */
    static RecordedProofs read(Path file) {
        List<RecordedProof> proofs = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        int number = 0;
        for (String line : TextFile.lines(file, problems)) {
            Location where = new Location(file, ++number);
            ProofLine.parse(line)
                    .ifPresentOrElse(
                            proof -> proofs.add(new RecordedProof(proof, where)),
                            () -> problems.add(new Problem(where, "this is not a line of a record of proofs")));
        }
        return new RecordedProofs(proofs, problems);
    }
}
