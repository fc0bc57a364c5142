package dev.fluxlog.spec;

import java.util.List;
import java.util.stream.Collectors;

/** A criterion and the proofs linked to it. */
record Verdict(Criterion criterion, List<RecordedProof> proofs) {

    Verdict {
        proofs = List.copyOf(proofs);
    }

    /** Tells the worst first: one failed test outweighs all that passed, and a skipped test proves nothing. */
    String finding() {
        if (has(Outcome.Kind.FAILED)) {
            return "failed";
        }
        if (has(Outcome.Kind.PASSED)) {
            return "passed";
        }
        return has(Outcome.Kind.SKIPPED) ? "skipped" : "no test";
    }

    boolean isClaimedWithoutProof() {
        return criterion.status() == Status.MET && !has(Outcome.Kind.PASSED);
    }

    long count(Outcome.Kind kind) {
        return proofs.stream().filter(proof -> proof.outcome().kind() == kind).count();
    }

    /** Reasons of the skipped tests, each once. */
    String skipReasons() {
        return proofs.stream()
                .map(RecordedProof::outcome)
                .filter(outcome -> outcome.kind() == Outcome.Kind.SKIPPED)
                .map(Outcome::reason)
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private boolean has(Outcome.Kind kind) {
        return count(kind) > 0;
    }
}
