package dev.fluxlog.cli;

import dev.fluxlog.LogException;
import java.util.Map;

/** The log said no: what is printed, in plain words, before exit code 1. */
final class Refusal extends RuntimeException {
    /** Code of an answer that gave no reason. */
    static final String UNEXPLAINED = "refused";

    private static final long serialVersionUID = 1;

    private final String code;
    private final transient Map<String, Object> facts;
    private final boolean retryable;

    /**
     * @param code stable name of the case, {@code conflict} for instance
     * @param facts beside the text, sorted by nothing but the teller
     */
    Refusal(String code, String detail, Map<String, Object> facts, boolean retryable) {
        super(detail);
        this.code = code;
        this.facts = facts;
        this.retryable = retryable;
    }

    Refusal(String code, String detail) {
        this(code, detail, Map.of(), false);
    }

    static Refusal of(LogException failure) {
        Throwable cause = failure.getCause();
        // Whoever opened the directory may know its path.
        String words = failure instanceof LogException.Failed && cause != null
                ? failure.getMessage() + ": " + cause.getMessage()
                : failure.getMessage();
        return new Refusal(failure.code(), words, Map.of(), failure.isRetryable());
    }

    boolean isUnexplained() {
        return code.equals(UNEXPLAINED);
    }

    boolean isUnknownStream() {
        return code.equals("unknown-stream");
    }

    /** Whether nothing was done because too much was going on: the same request may be sent again. */
    boolean isTurnedAway() {
        return code.equals("overloaded") || code.equals("too-many-connections");
    }

    /** Whether the same may succeed later. */
    boolean isRetryable() {
        return retryable;
    }

    /** One line: the case, the text, the facts. */
    String inPlainWords() {
        StringBuilder words = new StringBuilder(code).append(": ").append(getMessage());
        if (!facts.isEmpty()) {
            words.append(" (");
            String separator = "";
            for (Map.Entry<String, Object> fact : facts.entrySet()) {
                words.append(separator).append(fact.getKey()).append(' ').append(fact.getValue());
                separator = ", ";
            }
            words.append(')');
        }
        return Printable.of(words.toString());
    }
}
