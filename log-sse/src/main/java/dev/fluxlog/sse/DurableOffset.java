package dev.fluxlog.sse;

import dev.fluxlog.From;
import java.util.regex.Pattern;

/**
 * Places in the Durable Streams dialect: the sequence of the next event in 20 digits, so that their order as texts is
 * their order as numbers, also across deletion and new creation of a name.
 */
final class DurableOffset {
    static final String START = "-1";
    static final String NOW = "now";

    /** What the reference implementation calls its first place; its clients may have stored it. */
    private static final String REFERENCE_ZERO = "0000000000000000_0000000000000000";

    private static final Pattern OWN = Pattern.compile("0[0-9]{19}");

    private DurableOffset() {}

    /** The place behind a sequence. */
    static String after(long sequence) {
        return String.format(java.util.Locale.ROOT, "%020d", sequence + 1);
    }

    /** The place that an offset other than {@link #NOW} means. */
    static From from(String field, String offset) {
        return offset.equals(START) || offset.equals(REFERENCE_ZERO)
                ? From.start()
                : From.after(sequenceBefore(field, offset));
    }

    /** The sequence right before an offset; {@code start} for the beginning. */
    static long sequence(String field, String offset, long start) {
        return offset.equals(START) || offset.equals(REFERENCE_ZERO) ? start : sequenceBefore(field, offset);
    }

    private static long sequenceBefore(String field, String offset) {
        long next = OWN.matcher(offset).matches() ? Long.parseLong(offset) : 0;
        if (next < 1) {
            throw Problems.invalid(field, offset, "an offset that this server has given, -1 or now");
        }
        return next - 1;
    }
}
