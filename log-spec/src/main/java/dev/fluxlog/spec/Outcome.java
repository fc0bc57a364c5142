package dev.fluxlog.spec;

import org.junit.platform.engine.TestExecutionResult;

/**
 * What became of a test. Several outcomes of one test (its invocations, its class) join to the worst of them.
 *
 * @param reason why it failed or was skipped; empty for a test that passed
 */
record Outcome(Kind kind, String reason) {

    /** From best to worst. A test that was begun but ran nothing has shown nothing and is reported as skipped. */
    enum Kind {
        BEGUN,
        PASSED,
        SKIPPED,
        FAILED
    }

    static final Outcome BEGUN = new Outcome(Kind.BEGUN, "");
    static final Outcome PASSED = new Outcome(Kind.PASSED, "");

    static Outcome failed(String reason) {
        return new Outcome(Kind.FAILED, reason);
    }

    static Outcome skipped(String reason) {
        return new Outcome(Kind.SKIPPED, reason);
    }

    static Outcome of(TestExecutionResult result) {
        String reason = result.getThrowable().map(Throwable::toString).orElse("no reason given");
        return switch (result.getStatus()) {
            case SUCCESSFUL -> PASSED;
            case ABORTED -> skipped(reason);
            case FAILED -> failed(reason);
        };
    }

    Outcome and(Outcome other) {
        return other.kind.compareTo(kind) > 0 ? other : this;
    }

    /** The outcome once nothing more can happen. */
    Outcome settled() {
        return kind == Kind.BEGUN ? skipped("nothing in it ran") : this;
    }
}
