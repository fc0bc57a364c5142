package dev.fluxlog.sse;

import dev.fluxlog.ExpectedSequence;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request says about the tail it believes in: {@code If-Match}, {@code If-None-Match}, {@code Expected-Sequence}. */
final class Expectations {
    private static final Pattern TAG = Pattern.compile("\"([0-9]{1,18})\"");

    private Expectations() {}

    static ExpectedSequence of(Exchange exchange) {
        ExpectedSequence result = ExpectedSequence.any();
        int given = 0;
        String match = exchange.header("If-Match");
        if (!match.isEmpty()) {
            result = tag(match);
            given++;
        }
        String none = exchange.header("If-None-Match");
        if (!none.isEmpty()) {
            if (!none.equals("*")) {
                throw Problems.invalid("If-None-Match", none, "*");
            }
            result = ExpectedSequence.noStream();
            given++;
        }
        String expected = exchange.header("Expected-Sequence");
        if (!expected.isEmpty()) {
            result = word("Expected-Sequence", expected);
            given++;
        }
        if (given > 1) {
            throw Problems.invalid("Expected-Sequence", expected, "the only expectation of a request");
        }
        return result;
    }

    /** A sequence, {@code none}, {@code existing} or {@code any}. */
    static ExpectedSequence word(String field, String given) {
        return switch (given) {
            case "any" -> ExpectedSequence.any();
            case "existing" -> ExpectedSequence.existing();
            case "none" -> ExpectedSequence.noStream();
            default -> ExpectedSequence.exactly(Query.count(field, given));
        };
    }

    private static ExpectedSequence tag(String match) {
        if (match.equals("*")) {
            return ExpectedSequence.existing();
        }
        Matcher matcher = TAG.matcher(match);
        if (!matcher.matches()) {
            throw Problems.invalid("If-Match", match, "one sequence in double quotes, or *");
        }
        return ExpectedSequence.exactly(Long.parseLong(matcher.group(1)));
    }
}
