package dev.fluxlog.spec;

/** A proof and the line that records it. */
record RecordedProof(Proof proof, Location where) {

    String id() {
        return proof.id();
    }

    Outcome outcome() {
        return proof.outcome();
    }
}
