package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.Retention;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** What a stream keeps when it may trim itself: by age, by count and by bytes. */
public abstract class RetentionContract extends LogContract {
    private final ManualClock clock = new ManualClock(Instant.parse("2026-06-01T00:00:00Z"));

    private EventLog opened() {
        return open(LogOptions.defaults().withClock(clock).withRetentionInterval(Duration.ofMillis(5)));
    }

    private EventStream keeping(EventLog log, String name, Retention retention) {
        EventStream stream = log.stream(name);
        get(stream.create(StreamSettings.defaults().withRetention(retention)));
        return stream;
    }

    private void awaitLow(EventStream stream, long low) {
        await().atMost(patience())
                .untilAsserted(
                        () -> assertThat(get(stream.info()).lowWaterMark()).isEqualTo(low));
    }

    /** Shows that whole passes were made since: a stream that is looked at behind this one was trimmed. */
    private void awaitPasses(EventLog log) {
        EventStream witness = keeping(log, "witness", Retention.keep().withMaxEvents(1));
        for (int pass = 1; pass <= 2; pass++) {
            append(witness, 2);
            awaitLow(witness, pass * 2L);
        }
    }

    @Test
    @Proves("STR-36")
    final void theNewestAreKeptByCount() {
        EventStream stream = keeping(opened(), "a", Retention.keep().withMaxEvents(3));
        append(stream, 10);
        awaitLow(stream, 8);
        assertThat(sequences(readAll(stream))).isEqualTo(range(8, 10));
        append(stream, 1);
        awaitLow(stream, 9);
    }

    @Test
    @Proves("STR-36")
    final void theYoungestAreKeptByAge() {
        EventStream stream = keeping(opened(), "a", Retention.keep().withMaxAge(Duration.ofHours(1)));
        append(stream, 3);
        clock.set(clock.instant().plus(40, ChronoUnit.MINUTES));
        append(stream, 2);
        clock.set(clock.instant().plus(40, ChronoUnit.MINUTES));
        awaitLow(stream, 4);
        clock.set(clock.instant().plus(40, ChronoUnit.MINUTES));
        awaitLow(stream, 6);
        assertMarks(stream, 6, 5);
        assertThat(append(stream, 1).first()).isEqualTo(6);
    }

    @Test
    @Proves("STR-36")
    final void theNewestAreKeptByBytes() {
        EventStream stream = keeping(opened(), "a", Retention.keep().withMaxBytes(50_000));
        for (int i = 0; i < 20; i++) {
            get(stream.append(NewEvent.of(new byte[10_000])));
        }
        awaitLow(stream, 17);
    }

    @Test
    @Proves({"OWN-12", "STR-36"})
    final void aStepBackOfTheClockDropsNothing() {
        EventLog log = opened();
        EventStream stream = keeping(log, "a", Retention.keep().withMaxAge(Duration.ofHours(1)));
        append(stream, 3);
        for (Instant time :
                new Instant[] {clock.instant().minus(2, ChronoUnit.DAYS), Instant.EPOCH, Instant.ofEpochMilli(-1)}) {
            clock.set(time);
            append(stream, 1);
        }
        awaitPasses(log);
        assertThat(sequences(readAll(stream))).isEqualTo(range(1, 6));
    }

    @Test
    @Proves({"STR-36", "SUB-14"})
    final void whoIsOvertakenIsTold() {
        EventStream stream = keeping(opened(), "a", Retention.keep().withMaxEvents(5));
        append(stream, 20);
        awaitLow(stream, 16);
        StepVerifier.create(stream.signals(From.after(2)))
                .expectNext(new StreamSignal.Gap("a", 3, 15))
                .expectNextCount(5)
                .expectNext(new StreamSignal.CaughtUp("a", 20))
                .thenCancel()
                .verify(patience());
    }

    @Test
    @Proves("STR-36")
    final void aStreamThatKeepsEverythingIsLeftAlone() {
        EventLog log = opened();
        EventStream stream = stream(log, "a", 50, 1);
        clock.set(clock.instant().plus(10_000, ChronoUnit.DAYS));
        awaitPasses(log);
        assertMarks(stream, 1, 50);
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-36")
    final void retentionGoesOnAfterReopening() {
        EventLog log = opened();
        EventStream stream = keeping(log, "a", Retention.keep().withMaxEvents(3));
        append(stream, 10);
        awaitLow(stream, 8);
        log = reopen(log);
        assertThat(get(log.stream("a").info()).lowWaterMark()).isEqualTo(8);
        append(log.stream("a"), 5);
        awaitLow(log.stream("a"), 13);
    }
}
