package dev.fluxlog.spec;

import java.util.ArrayList;
import java.util.List;

/** What was found in records of proofs, and what was wrong with them. */
record RecordedProofs(List<RecordedProof> proofs, List<Problem> problems) {

    RecordedProofs {
        proofs = List.copyOf(proofs);
        problems = List.copyOf(problems);
    }

    RecordedProofs and(RecordedProofs more) {
        List<RecordedProof> allProofs = new ArrayList<>(proofs);
        List<Problem> allProblems = new ArrayList<>(problems);
        allProofs.addAll(more.proofs);
        allProblems.addAll(more.problems);
        return new RecordedProofs(allProofs, allProblems);
    }
}
