package dev.fluxlog.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small project tree to check: a specification in {@code docs/spec} and records of proofs in module folders. */
record SampleTree(Path root) {

    static final String TABLE = """
            | id | status | criterion | how it is proved |
            |---|---|---|---|
            """;

    private static final String HEAD = """
            # Sample

            ## Purpose

            Something to try the check on.

            ## Not in scope

            - everything else

            ## Criteria

            """;

    /** The line of the first row in a file made of rows only. */
    static final int FIRST_ROW = 15;

    Path spec() {
        return root.resolve("docs").resolve("spec");
    }

    SampleTree with(String name, String text) {
        return write(spec(), name, text);
    }

    /** A sound file with these rows. */
    SampleTree withRows(String name, String... rows) {
        return with(name, HEAD + TABLE + String.join("\n", rows) + "\n");
    }

    SampleTree withRetired(String name, String row, String... entries) {
        return with(name, HEAD + TABLE + row + "\n\n## Retired\n\n" + String.join("\n", entries) + "\n");
    }

    /** What a run of the module's tests would have left there. */
    SampleTree withProofs(String module, Proof... proofs) {
        ProofFile.write(proofs(module), List.of(proofs));
        return this;
    }

    /** What a judge would have left there. */
    SampleTree withRulings(String judge, Proof... rulings) {
        ProofFile.write(root.resolve("judges").resolve(judge).resolve("target").resolve("rulings"), List.of(rulings));
        return this;
    }

    SampleTree withProofText(String module, String text) {
        return write(proofs(module), "by-hand.tsv", text);
    }

    private Path proofs(String module) {
        return root.resolve(module).resolve("target").resolve("proofs");
    }

    private SampleTree write(Path folder, String name, String text) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name), text);
            return this;
        } catch (IOException failure) {
            throw new AssertionError("The sample could not be written", failure);
        }
    }

    Judgement judged() {
        return Judgement.of(Specification.in(spec()), ProofScan.below(root), Judgement.Openness.ALLOWED);
    }

    static Proof proof(String id, String method, Outcome outcome) {
        return new Proof(id, "dev.fluxlog.SampleTest", method, outcome);
    }
}
