package dev.fluxlog.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the judges found, programs of others that no test of the build can contain: a browser, client libraries, a proxy,
 * a published suite. A criterion is theirs if the cell with its proof says {@code browser} or {@code judge}.
 *
 * <p>A ruling never stands in for a test: the build still asks for one, so that there is something that fails at every
 * desk. It is asked for on top, and only where the judges have been run.
 */
record Rulings(Specification specification, RecordedProofs recorded) {

    private static final Pattern JUDGED = Pattern.compile("\\b(browser|judge)\\b");

    /** Every reason to fail: an id that is unknown, a ruling against us, a met criterion without one. */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(recorded.problems());
        problems.addAll(Judgement.linkProblems(specification, recorded.proofs()));
        Set<String> passed = recorded.proofs().stream()
                .filter(ruling -> ruling.outcome().kind() == Outcome.Kind.PASSED)
                .map(RecordedProof::id)
                .collect(Collectors.toSet());
        specification.criteria().stream()
                .filter(criterion -> criterion.status() == Status.MET && isJudged(criterion))
                .filter(criterion -> !passed.contains(criterion.id()))
                .map(criterion -> new Problem(
                        criterion.where(), criterion.id() + " is met, but no judge has ruled that it passed"))
                .forEach(problems::add);
        return List.copyOf(problems);
    }

    /** A line for each ruling. */
    List<String> lines() {
        return recorded.proofs().stream()
                .map(ruling -> "judged " + ruling.id() + " " + ruling.proof().test() + ": "
                        + ProofLine.word(ruling.outcome().kind()))
                .sorted()
                .toList();
    }

    private static boolean isJudged(Criterion criterion) {
        return JUDGED.matcher(criterion.proof()).find();
    }
}
