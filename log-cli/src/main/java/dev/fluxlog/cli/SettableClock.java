package dev.fluxlog.cli;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that stands where it is put, so that events get the time they had.
 *
 * <p>One append at a time: the log asks once for each commit.
 */
final class SettableClock extends Clock {
    private volatile Instant now = Clock.systemUTC().instant();

    void set(Instant time) {
        now = time;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("times are instants");
    }
}
