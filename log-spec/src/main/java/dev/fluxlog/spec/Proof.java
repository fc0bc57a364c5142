package dev.fluxlog.spec;

import java.util.Comparator;

/** One line of a record of proofs: what became of a test that names this id. */
record Proof(String id, String testClass, String method, Outcome outcome) implements Comparable<Proof> {

    private static final Comparator<Proof> ORDER =
            Comparator.comparing(Proof::id).thenComparing(Proof::testClass).thenComparing(Proof::method);

    static Proof of(String id, LinkedTest test, Outcome outcome) {
        return new Proof(id, test.testClass(), test.method(), outcome);
    }

    /** The test as it is shown to a reader. */
    String test() {
        return testClass + "." + method;
    }

    @Override
    public int compareTo(Proof other) {
        return ORDER.compare(this, other);
    }
}
