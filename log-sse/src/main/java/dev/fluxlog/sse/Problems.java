package dev.fluxlog.sse;

import dev.fluxlog.ExpectedSequence;
import dev.fluxlog.LogException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Every problem there is: one table for the failures of a log, one factory for each of the gateway's own. */
final class Problems {
    private static final int CHARS_MAX = 64;
    private static final Map<Class<? extends LogException>, Function<LogException, Problem>> TABLE =
            new LinkedHashMap<>();

    static {
        map(
                LogException.Conflict.class,
                412,
                "The expectation does not hold",
                (e, p) -> p.fact("stream", e.stream())
                        .fact("expected", expected(e.expected()))
                        .fact("actual", e.actual()));
        map(
                LogException.Trimmed.class,
                410,
                "These events are gone",
                (e, p) -> p.fact("stream", e.stream())
                        .fact("requested", e.requested())
                        .fact("lowWaterMark", e.lowWaterMark())
                        .fact("highWaterMark", e.highWaterMark()));
        map(
                LogException.Ahead.class,
                416,
                "The stream does not go that far",
                (e, p) -> p.fact("stream", e.stream())
                        .fact("requested", e.requested())
                        .fact("lowWaterMark", e.lowWaterMark())
                        .fact("highWaterMark", e.highWaterMark()));
        map(LogException.Corrupt.class, 500, "Stored bytes are damaged", (e, p) -> {
            Problem damage = p.fact("stream", e.stream()).fact("sequence", e.sequence());
            return e.lostThrough() == 0 ? damage : damage.fact("lostThrough", e.lostThrough());
        });
        map(LogException.UnknownStream.class, 404, "There is no such stream", (e, p) -> p.fact("stream", e.stream()));
        map(
                LogException.InvalidName.class,
                400,
                "No stream can have this name",
                (e, p) -> p.fact("field", "stream").fact("given", shown(e.name())));
        map(
                LogException.StreamSealed.class,
                409,
                "The stream is sealed",
                (e, p) -> p.fact("stream", e.stream()).fact("highWaterMark", e.highWaterMark()));
        map(
                LogException.IdempotencyMismatch.class,
                422,
                "The key was used for other content",
                (e, p) -> p.fact("stream", e.stream()).fact("key", shown(e.key())));
        map(
                LogException.ProducerGap.class,
                409,
                "The producer skips a number",
                (e, p) -> p.fact("stream", e.stream())
                        .fact("expected", e.expected())
                        .fact("received", e.received().sequence()));
        map(
                LogException.ProducerFenced.class,
                403,
                "The producer was replaced",
                (e, p) -> p.fact("stream", e.stream()).fact("currentEpoch", e.currentEpoch()));
        map(
                LogException.OutOfOrder.class,
                409,
                "The ordinal does not rise",
                (e, p) -> p.fact("stream", e.stream())
                        .fact("last", shown(e.last()))
                        .fact("given", shown(e.given())));
        map(
                LogException.Overloaded.class,
                503,
                "Too much is waiting",
                (e, p) -> p.fact("field", e.limitName()).fact("limit", e.limit()));
        map(
                LogException.TooLarge.class,
                413,
                "Too large",
                (e, p) -> p.fact("field", e.limitName())
                        .fact("limit", e.limitBytes())
                        .fact("given", e.actualBytes()));
        map(
                LogException.LimitExceeded.class,
                400,
                "A limit is exceeded",
                (e, p) ->
                        p.fact("field", e.limitName()).fact("given", e.given()).fact("allowed", e.limit()));
        map(LogException.StorageFull.class, 507, "There is no space left", (e, p) -> p);
        map(LogException.Unsupported.class, 501, "This is not offered", (e, p) -> p);
        map(LogException.UnsupportedVersion.class, 500, "Stored by a later release", (e, p) -> p);
        map(LogException.Closed.class, 503, "The log is closed", (e, p) -> p.header("Retry-After", "1"));
        map(LogException.Busy.class, 503, "Another process owns the log", (e, p) -> p);
        map(LogException.Fenced.class, 503, "A later owner rules the log", (e, p) -> p);
        map(LogException.Failed.class, 503, "The log has failed", (e, p) -> p.fact("operation", e.operation()));
    }

    private Problems() {}

    /** The problem that tells of a failure of the log; the same for a whole answer and inside an open stream. */
    static Problem of(LogException failure) {
        Function<LogException, Problem> mapping = TABLE.get(failure.getClass());
        return mapping == null ? internal() : mapping.apply(failure);
    }

    static boolean knows(Class<?> failure) {
        return TABLE.containsKey(failure);
    }

    /** The problem that tells of any failure; what nobody foresaw says nothing about its inside. */
    static Problem of(Throwable failure) {
        if (failure instanceof Refusal refusal) {
            return refusal.problem();
        }
        return failure instanceof LogException known ? of(known) : internal();
    }

    static Problem internal() {
        return new Problem("internal", 500, "Something failed", "The request failed; the log of the server tells why");
    }

    /** @param allowed what would have been right, in words */
    static Refusal invalid(String field, String given, String allowed) {
        return new Refusal(
                new Problem("invalid-request", 400, "The request cannot be understood", field + " is " + allowed)
                        .fact("field", field)
                        .fact("given", shown(given))
                        .fact("allowed", allowed));
    }

    static Refusal invalidName(String given, String why) {
        return new Refusal(of(new LogException.InvalidName(given, why)));
    }

    /** @param limit most that is allowed, or for a given below it the least */
    static Refusal limit(String field, String given, String allowed) {
        return new Refusal(new Problem("limit-exceeded", 400, "A limit is exceeded", field + " is " + allowed)
                .fact("field", field)
                .fact("given", shown(given))
                .fact("allowed", allowed));
    }

    static Refusal notJson(String what, long line, long column) {
        return new Refusal(new Problem(
                        "invalid-request",
                        400,
                        "The request cannot be understood",
                        what + " is not JSON: line " + line + ", column " + column)
                .fact("field", what)
                .fact("line", line)
                .fact("column", column));
    }

    static Refusal tooLarge(String field, long limitBytes) {
        return new Refusal(new Problem("too-large", 413, "Too large", field + " is at most " + limitBytes + " bytes")
                .fact("field", field)
                .fact("limit", limitBytes));
    }

    static Refusal mediaType(List<String> allowed) {
        return new Refusal(new Problem(
                        "unsupported-media-type",
                        415,
                        "This media type is not taken",
                        "The body has a media type or coding that is not taken here")
                .fact("allowed", allowed));
    }

    static Refusal protocolVersion(String given, String allowed) {
        return new Refusal(new Problem(
                        "protocol-version",
                        400,
                        "This version of the protocol is not spoken",
                        "The client asks for another version of the protocol than this server speaks")
                .fact("given", shown(given))
                .fact("allowed", allowed));
    }

    static Refusal notAcceptable(List<String> allowed) {
        return new Refusal(new Problem(
                        "not-acceptable", 406, "Nothing acceptable", "None of the accepted media types is offered here")
                .fact("allowed", allowed));
    }

    static Refusal method(List<String> allowed) {
        return new Refusal(new Problem(
                        "method-not-allowed",
                        405,
                        "The method is not allowed",
                        "Allowed is " + String.join(", ", allowed))
                .fact("allowed", allowed)
                .header("Allow", String.join(", ", allowed)));
    }

    static Refusal notFound() {
        return new Refusal(new Problem("not-found", 404, "There is nothing here", "No resource has this path"));
    }

    static Refusal settingsConflict(String stream) {
        return new Refusal(new Problem(
                        "settings-conflict",
                        409,
                        "The stream exists with other settings",
                        "Change them with PATCH, or leave the body out")
                .fact("stream", stream));
    }

    static Refusal idempotencyInProgress(String stream, String key) {
        return new Refusal(new Problem(
                        "idempotency-in-progress",
                        409,
                        "The first attempt is still running",
                        "An append with this key is under way; repeat it when it has been answered")
                .fact("stream", shown(stream))
                .fact("key", shown(key))
                .header("Retry-After", "1"));
    }

    /** @param given whether there was a token, which lets nobody in (RFC 6750, section 3) */
    static Refusal unauthenticated(boolean given) {
        return new Refusal(new Problem(
                        "unauthenticated",
                        401,
                        "Nobody is recognised",
                        given
                                ? "The token or ticket lets nobody in: it is unknown, expired or not meant for here"
                                : "The request needs a bearer token, or a ticket when it only reads")
                .header(
                        "WWW-Authenticate",
                        given ? "Bearer realm=\"fluxlog\", error=\"invalid_token\"" : "Bearer realm=\"fluxlog\""));
    }

    static Refusal forbidden(String right, String stream) {
        return new Refusal(
                new Problem("forbidden", 403, "Not allowed", "The caller lacks the right to " + right + " here")
                        .fact("right", right)
                        .fact("stream", shown(stream)));
    }

    static Refusal foreignOrigin() {
        return new Refusal(
                new Problem("forbidden", 403, "Not allowed", "Pages of another origin may not change anything here"));
    }

    static Refusal requestTime(long seconds) {
        return new Refusal(
                new Problem("request-timeout", 408, "The request took too long", "A request is sent within its time")
                        .fact("limit", seconds));
    }

    static Refusal addressTooLong(long limitBytes) {
        return new Refusal(new Problem(
                        "address-too-long",
                        414,
                        "The address is too long",
                        "A request line has at most " + limitBytes + " bytes")
                .fact("limit", limitBytes));
    }

    static Problem headersTooLarge(long limitBytes) {
        return new Problem(
                        "headers-too-large",
                        431,
                        "The headers are too large",
                        "All headers have at most " + limitBytes + " bytes")
                .fact("limit", limitBytes);
    }

    static Problem notHttp() {
        return new Problem("invalid-request", 400, "The request cannot be understood", "What was sent is no HTTP");
    }

    /** @param field which bound it is */
    static Problem connections(String field, long limit) {
        return new Problem("too-many-connections", 503, "Too many connections", "Come back when one of them has closed")
                .fact("field", field)
                .fact("limit", limit)
                .header("Retry-After", "1");
    }

    /** @param wait seconds until there will be one more */
    static Refusal tooManyRequests(long perSecond, long wait) {
        return new Refusal(new Problem(
                        "too-many-requests",
                        429,
                        "Too many requests",
                        "Send at most " + perSecond + " requests a second")
                .fact("limit", perSecond)
                .header("Retry-After", Long.toString(wait)));
    }

    /** Foreign text made safe to echo: cut, and without control characters or halves of a character. */
    static String shown(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().limit(CHARS_MAX).forEach(c -> {
            boolean odd = Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
            if (odd || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                out.append("\\u").append(HexFormat.of().toHexDigits((char) c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > CHARS_MAX ? out + "..." : out.toString();
    }

    private static Object expected(ExpectedSequence expected) {
        return expected instanceof ExpectedSequence.Exactly exactly ? exactly.sequence() : expected.toString();
    }

    private static <E extends LogException> void map(
            Class<E> failure, int status, String title, BiFunction<E, Problem, Problem> facts) {
        TABLE.put(failure, e -> {
            Problem plain = new Problem(e.code(), status, title, e.getMessage());
            Problem retryable = e.isRetryable() ? plain.header("Retry-After", "1") : plain;
            return facts.apply(failure.cast(e), retryable);
        });
    }
}
