package dev.fluxlog.spec;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** The outcomes of the linked tests of one run. Tests report from several threads: outcomes meet in a concurrent map. */
final class TestRun {

    private final TestPlan plan;
    private final Map<LinkedTest, Outcome> outcomes = new ConcurrentHashMap<>();

    TestRun(TestPlan plan) {
        this.plan = plan;
    }

    void begun(TestIdentifier node) {
        ended(node, Outcome.BEGUN);
    }

    void ended(TestIdentifier node, Outcome outcome) {
        LinkedTest.at(plan, node).ifPresent(test -> outcomes.merge(test, outcome, Outcome::and));
    }

    /** For a class or a method that was skipped or broke as a whole: its tests may never report themselves. */
    void everythingBelow(TestIdentifier node, Outcome outcome) {
        ended(node, outcome);
        plan.getDescendants(node).forEach(descendant -> ended(descendant, outcome));
    }

    /** One proof for each id of each linked test. */
    List<Proof> proofs() {
        return outcomes.entrySet().stream()
                .flatMap(entry -> entry.getKey().ids().stream()
                        .map(id -> Proof.of(id, entry.getKey(), entry.getValue().settled())))
                .sorted()
                .toList();
    }
}
