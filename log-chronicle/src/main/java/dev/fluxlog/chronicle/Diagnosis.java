package dev.fluxlog.chronicle;

import java.util.List;

/**
 * What the {@link Doctor} found out about a directory.
 *
 * @param checks all of them, in the order in which they are made
 */
public record Diagnosis(List<Check> checks) {
    /** Of the form in which this is printed as JSON. */
    public static final int VERSION = 1;

    public Diagnosis {
        checks = List.copyOf(checks);
    }

    /** How a check ended. */
    public enum Status {
        OK,
        /** Not as it should be; no event is missing because of it. */
        WARN,
        /** Events cannot be read, or the log does not open. */
        ERROR,
        /** Not made; the message says why. */
        SKIPPED
    }

    /**
     * One check.
     *
     * @param id stable name, as in the operator's guide
     * @param message one sentence
     * @param findings what is wrong, at most {@link #FINDINGS_MAX}
     * @param found how many findings there are in all
     */
    public record Check(String id, Status status, String message, List<Finding> findings, long found) {
        /** Most findings that are told one by one. */
        public static final int FINDINGS_MAX = 100;

        public Check {
            findings = List.copyOf(findings);
        }
    }

    /**
     * One thing that is wrong.
     *
     * @param what one sentence
     * @param stream name of the stream concerned, its number where the name is not known, else empty
     * @param first first sequence concerned (position, in the order of commit), else 0
     * @param through last one, else 0
     * @param file relative to the directory, else empty
     * @param offset in that file, else -1
     * @param plan what a repair does about it; empty when nothing can be done here
     */
    public record Finding(
            Status severity,
            String what,
            String stream,
            long first,
            long through,
            String file,
            long offset,
            String plan) {}

    /** Whether every check that was made is ok. */
    public boolean isClean() {
        return checks.stream().noneMatch(check -> check.status() == Status.WARN || check.status() == Status.ERROR);
    }

    /** Whether a repair would do anything. */
    public boolean isMendable() {
        return checks.stream()
                .flatMap(check -> check.findings().stream())
                .anyMatch(finding -> !finding.plan().isEmpty());
    }

    /** The check of that name. */
    public Check check(String id) {
        return checks.stream()
                .filter(check -> check.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no check '" + id + "'"));
    }
}
