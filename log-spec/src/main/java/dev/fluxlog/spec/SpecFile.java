package dev.fluxlog.spec;

import java.util.List;

/** One file of the specification as far as it could be understood; the rest is among the problems. */
record SpecFile(String name, List<Criterion> criteria, List<RetiredId> retired, List<Problem> problems) {

    SpecFile {
        criteria = List.copyOf(criteria);
        retired = List.copyOf(retired);
        problems = List.copyOf(problems);
    }

    long count(Status status) {
        return criteria.stream()
                .filter(criterion -> criterion.status() == status)
                .count();
    }
}
