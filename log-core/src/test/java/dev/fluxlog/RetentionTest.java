package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.memory.MemoryLog;
import dev.fluxlog.spec.Proves;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams that trim themselves. */
class RetentionTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final SetClock clock = new SetClock();
    private final EventLog log = MemoryLog.open(
                    LogOptions.defaults().withClock(clock).withRetentionInterval(Duration.ofMillis(5)))
            .blockOptional(SOON)
            .orElseThrow();
    private final EventStream stream = log.stream("s");

    @AfterEach
    void close() {
        log.close().block(SOON);
    }

    @Test
    @Proves("STR-36")
    void keepsTheNewestByCount() {
        retain(Retention.keep().withMaxEvents(3));
        append(10);
        awaitLow(8);
        append(2);
        awaitLow(10);
    }

    @Test
    @Proves("STR-36")
    void keepsTheYoungestByAge() {
        retain(Retention.keep().withMaxAge(Duration.ofHours(1)));
        append(4);
        clock.now = clock.now.plus(Duration.ofMinutes(40));
        append(2);
        clock.now = clock.now.plus(Duration.ofMinutes(40));
        awaitLow(5);
        clock.now = clock.now.plus(Duration.ofMinutes(40));
        awaitLow(7);
        append(1);
        assertThat(info().lowWaterMark()).isEqualTo(7);
    }

    @Test
    @Proves("STR-36")
    void keepsTheNewestByBytes() {
        append(2);
        retain(Retention.keep().withMaxBytes(250));
        append(10);
        // A frame is 56 bytes, 4 of data and 43 of the content type header: two fit.
        awaitLow(11);
        append(1);
        awaitLow(12);
    }

    @Test
    @Proves("OWN-12")
    void dropsNothingBecauseTheClockSteppedBack() {
        retain(Retention.keep().withMaxAge(Duration.ofHours(1)).withMaxEvents(5));
        append(4);
        clock.now = clock.now.minus(Duration.ofDays(2));
        append(3);
        // The bound by count shows that passes went on.
        awaitLow(3);
        assertThat(info().lowWaterMark()).isEqualTo(3);
    }

    private void retain(Retention retention) {
        stream.create(StreamSettings.defaults()).block(SOON);
        stream.configure(StreamSettings.defaults().withRetention(retention)).block(SOON);
    }

    private void append(int events) {
        stream.append(Collections.nCopies(events, NewEvent.text("data"))).block(SOON);
    }

    private void awaitLow(long low) {
        await().atMost(SOON).until(() -> info().lowWaterMark() == low);
    }

    private StreamInfo info() {
        return Objects.requireNonNull(stream.info().block(SOON));
    }

    private static final class SetClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

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
            return this;
        }
    }
}
