package dev.fluxlog.sse;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Writes an instant as {@link Instant#toString} does, without its objects: there is one in every event that is sent. */
final class InstantText {
    private static final int SECONDS_PER_DAY = 86_400;

    /** Of the years that have four digits. */
    private static final long FIRST_SECOND =
            Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();

    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private InstantText() {}

    static void write(ByteBuf out, Instant time) {
        long seconds = time.getEpochSecond();
        if (seconds < FIRST_SECOND || seconds > LAST_SECOND) {
            out.writeCharSequence(time.toString(), StandardCharsets.US_ASCII);
            return;
        }
        date(out, Math.floorDiv(seconds, SECONDS_PER_DAY));
        int second = (int) Math.floorMod(seconds, (long) SECONDS_PER_DAY);
        out.writeByte('T');
        digits(out, second / 3_600, 2);
        out.writeByte(':');
        digits(out, second / 60 % 60, 2);
        out.writeByte(':');
        digits(out, second % 60, 2);
        fraction(out, time.getNano());
        out.writeByte('Z');
    }

    /** Counts years from March, so that the day that some of them lack is the last. */
    private static void date(ByteBuf out, long epochDay) {
        // Days since 0000-03-01, and the era of 400 years they lie in.
        long day = epochDay + 719_468;
        long era = Math.floorDiv(day, 146_097);
        int ofEra = (int) (day - era * 146_097);
        int yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * ofYear + 2) / 153;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
        digits(out, year, 4);
        out.writeByte('-');
        digits(out, month, 2);
        out.writeByte('-');
        digits(out, ofYear - (153 * monthFromMarch + 2) / 5 + 1, 2);
    }

    /** None, or in groups of three digits. */
    private static void fraction(ByteBuf out, int nanos) {
        if (nanos == 0) {
            return;
        }
        out.writeByte('.');
        if (nanos % 1_000_000 == 0) {
            digits(out, nanos / 1_000_000, 3);
        } else if (nanos % 1_000 == 0) {
            digits(out, nanos / 1_000, 6);
        } else {
            digits(out, nanos, 9);
        }
    }

    private static void digits(ByteBuf out, int value, int count) {
        int from = out.writerIndex();
        out.writeZero(count);
        int left = value;
        for (int i = from + count - 1; i >= from; i--) {
            out.setByte(i, '0' + left % 10);
            left /= 10;
        }
    }
}
