package dev.fluxlog.spec;

import java.util.List;
import java.util.stream.Stream;

/** The parts of a file of the specification, told by their heading. */
enum Section {
    PURPOSE("## Purpose"),
    NOT_IN_SCOPE("## Not in scope"),
    CRITERIA("## Criteria"),
    RETIRED("## Retired"),
    OTHER("");

    static final List<Section> REQUIRED = List.of(PURPOSE, NOT_IN_SCOPE, CRITERIA);

    private final String heading;

    Section(String heading) {
        this.heading = heading;
    }

    static Section of(String heading) {
        return Stream.of(values())
                .filter(section -> section.heading.equals(heading))
                .findFirst()
                .orElse(OTHER);
    }

    String heading() {
        return heading;
    }
}
