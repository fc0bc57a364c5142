package dev.fluxlog.spec;

/** One row of a table of criteria. */
record Criterion(String id, Status status, String text, String proof, Location where) {

    /** A series and a number. */
    static final String ID_PATTERN = "[A-Z]+-[1-9][0-9]*";
}
