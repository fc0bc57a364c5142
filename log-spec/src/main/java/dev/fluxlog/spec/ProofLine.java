package dev.fluxlog.spec;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A proof as text: id, test class, method, outcome ({@code passed}, {@code skipped}, {@code failed}) and reason,
 * separated by tabs. White space inside a column becomes one blank, and a long text is cut.
 */
final class ProofLine {

    private static final int COLUMNS = 5;
    private static final int COLUMN_CHARS_MAX = 400;
    private static final Pattern TAB = Pattern.compile("\t");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}]+");

    private ProofLine() {}

    static String format(Proof proof) {
        Outcome outcome = proof.outcome();
        return String.join(
                "\t",
                column(proof.id()),
                column(proof.testClass()),
                column(proof.method()),
                word(outcome.kind()),
                column(outcome.reason()));
    }

    /** Empty for a line that is none of ours. */
    static Optional<Proof> parse(String line) {
        String[] columns = TAB.split(line, -1);
        if (columns.length != COLUMNS) {
            return Optional.empty();
        }
        return outcome(columns[3], columns[4]).map(outcome -> new Proof(columns[0], columns[1], columns[2], outcome));
    }

    private static Optional<Outcome> outcome(String word, String reason) {
        return switch (word) {
            case "passed" -> Optional.of(Outcome.PASSED);
            case "skipped" -> Optional.of(Outcome.skipped(reason));
            case "failed" -> Optional.of(Outcome.failed(reason));
            default -> Optional.empty();
        };
    }

    static String word(Outcome.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String column(String text) {
        String oneLine = BLANKS.matcher(text).replaceAll(" ").strip();
        return oneLine.length() <= COLUMN_CHARS_MAX ? oneLine : oneLine.substring(0, COLUMN_CHARS_MAX) + "…";
    }
}
