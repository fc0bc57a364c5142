package dev.fluxlog.sse;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Media types (RFC 9110, section 8.3.1) and what a client accepts (section 12.5.1). */
final class Media {
    static final String JSON = "application/json";
    static final String NDJSON = "application/x-ndjson";
    static final String EVENTS = "application/vnd.fluxlog.events+json";
    static final String MERGE_PATCH = "application/merge-patch+json";
    static final String EVENT_STREAM = "text/event-stream";
    static final String PROBLEM = "application/problem+json";

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern TYPE = Pattern.compile("\\s*(" + TOKEN + "/" + TOKEN + ")\\s*(;.*)?");
    private static final Pattern CHARSET = Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";]*)\"?");
    private static final Pattern QUALITY =
            Pattern.compile("(?i);\\s*q\\s*=\\s*(0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?)\\s*(?:;|$)");

    /** As they nearly always come: nothing has to be taken apart. */
    private static final Set<String> PLAIN = Set.of(JSON, NDJSON, EVENT_STREAM, EVENTS, "text/plain");

    private Media() {}

    /** Type and subtype in lower case, or null for what is no media type. */
    static @Nullable String essence(String contentType) {
        if (PLAIN.contains(contentType)) {
            return contentType;
        }
        Matcher matcher = TYPE.matcher(contentType);
        return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : null;
    }

    static boolean isJson(String contentType) {
        String essence = essence(contentType);
        return essence != null && (essence.equals(JSON) || essence.equals("text/json") || essence.endsWith("+json"));
    }

    /** Whether data of this type is text in UTF-8, by its own account. */
    static boolean isText(String contentType) {
        String essence = essence(contentType);
        if (essence == null || !essence.startsWith("text/")) {
            return false;
        }
        Matcher charset = CHARSET.matcher(contentType.toLowerCase(Locale.ROOT));
        return !charset.find()
                || charset.group(1).trim().equals("utf-8")
                || charset.group(1).trim().equals("us-ascii");
    }

    /**
     * Which of the offered types suits best: the one of the highest quality; of several such, one that is named rather
     * than one that a range happens to cover.
     *
     * @param accept the header, empty when there is none
     * @param offered in the order of our own preference
     */
    static Optional<String> choose(String accept, List<String> offered) {
        if (accept.isBlank()) {
            return Optional.of(offered.get(0));
        }
        String best = null;
        Fit bestFit = Fit.NONE;
        for (String candidate : offered) {
            Fit fit = fit(accept, candidate);
            if (fit.isBetterThan(bestFit)) {
                best = candidate;
                bestFit = fit;
            }
        }
        return Optional.ofNullable(best);
    }

    /** How well a header suits a type, by the range in it that fits the type most closely. */
    private record Fit(double quality, int closeness) {
        private static final Fit NONE = new Fit(0, Integer.MAX_VALUE);

        boolean isBetterThan(Fit other) {
            return quality > other.quality || (quality == other.quality && closeness > other.closeness);
        }
    }

    private static Fit fit(String accept, String candidate) {
        int closest = 0;
        double quality = 0;
        for (String range : accept.split(",", 100)) {
            String essence = essence(range);
            int closeness = essence == null ? 0 : closeness(essence, candidate);
            if (closeness > closest) {
                closest = closeness;
                Matcher q = QUALITY.matcher(range);
                quality = q.find() ? Double.parseDouble(q.group(1)) : 1;
            }
        }
        return new Fit(quality, closest);
    }

    private static int closeness(String range, String candidate) {
        if (range.equals(candidate)) {
            return 3;
        }
        if (range.equals("*/*")) {
            return 1;
        }
        return range.endsWith("/*") && candidate.startsWith(range.substring(0, range.length() - 1)) ? 2 : 0;
    }
}
