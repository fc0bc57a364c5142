package dev.fluxlog.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The specification held against the recorded proofs: a verdict for each criterion, and every reason to fail. */
record Judgement(Specification specification, RecordedProofs recorded, List<Verdict> verdicts, List<Problem> problems) {

    /** What the check asks of a criterion that is still open. */
    enum Openness {
        ALLOWED,
        REFUSED
    }

    static Judgement of(Specification specification, RecordedProofs recorded, Openness openness) {
        Map<String, List<RecordedProof>> byId =
                recorded.proofs().stream().collect(Collectors.groupingBy(RecordedProof::id));
        List<Verdict> verdicts = specification.criteria().stream()
                .map(criterion -> new Verdict(criterion, byId.getOrDefault(criterion.id(), List.of())))
                .toList();
        List<Problem> problems = new ArrayList<>(specification.problems());
        problems.addAll(recorded.problems());
        problems.addAll(linkProblems(specification, recorded.proofs()));
        verdicts.stream()
                .filter(Verdict::isClaimedWithoutProof)
                .map(Judgement::unproved)
                .forEach(problems::add);
        if (openness == Openness.REFUSED) {
            problems.addAll(openCriteria(specification));
        }
        return new Judgement(specification, recorded, verdicts, List.copyOf(problems));
    }

    /** Links to what is no criterion, and those that failed. */
    static List<Problem> linkProblems(Specification specification, List<RecordedProof> proofs) {
        Set<String> known = specification.criteria().stream().map(Criterion::id).collect(Collectors.toSet());
        Set<String> retired =
                specification.retired().stream().map(RetiredId::id).collect(Collectors.toSet());
        List<Problem> problems = new ArrayList<>();
        for (RecordedProof recorded : proofs) {
            String link = recorded.proof().test() + " names " + recorded.id();
            if (retired.contains(recorded.id())) {
                problems.add(new Problem(recorded.where(), link + ", which is retired"));
            } else if (!known.contains(recorded.id())) {
                problems.add(new Problem(recorded.where(), link + ", which is unknown"));
            }
            if (recorded.outcome().kind() == Outcome.Kind.FAILED) {
                problems.add(new Problem(
                        recorded.where(),
                        link + " and failed: " + recorded.outcome().reason()));
            }
        }
        return problems;
    }

    private static Problem unproved(Verdict verdict) {
        Criterion criterion = verdict.criterion();
        String reason = switch (verdict.finding()) {
            case "failed" -> "its linked tests failed";
            case "skipped" -> "its linked tests were only skipped: " + verdict.skipReasons();
            default -> "no linked test was run";
        };
        return new Problem(criterion.where(), criterion.id() + " is met, but " + reason);
    }

    private static List<Problem> openCriteria(Specification specification) {
        return specification.criteria().stream()
                .filter(criterion -> criterion.status() == Status.OPEN)
                .map(criterion -> new Problem(criterion.where(), criterion.id() + " is open"))
                .toList();
    }
}
