package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.AppendResult;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.TimeToLive;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** What a stream's time to live promises: when it is over the stream is gone for everybody, and not before. */
public abstract class TimeToLiveContract extends LogContract {
    private static final Instant NOON = Instant.parse("2026-03-29T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final StreamSettings IDLE_HOUR =
            StreamSettings.defaults().withTimeToLive(TimeToLive.unlimited().withIdleMax(HOUR));
    private static final StreamSettings UNTIL_ONE =
            StreamSettings.defaults().withTimeToLive(TimeToLive.unlimited().withEnd(NOON.plus(HOUR)));

    private final ManualClock clock = new ManualClock(NOON);
    private Instant now = NOON;

    /** Sweeps seldom: what is over has to be gone without one. */
    private EventLog opened() {
        return open(LogOptions.defaults().withClock(clock).withRetentionInterval(Duration.ofDays(1)));
    }

    private void pass(Duration time) {
        now = now.plus(time);
        clock.set(now);
    }

    private void assertGone(EventLog log, String name) {
        failure(LogException.UnknownStream.class, log.stream(name).info());
        failure(LogException.UnknownStream.class, log.stream(name).subscribe(From.start()));
        failure(LogException.UnknownStream.class, log.stream(name).trim(0));
        assertThat(all(log.streams(StreamsQuery.all())))
                .noneMatch(info -> info.name().equals(name));
    }

    @Test
    @Proves("STR-42")
    final void anIdleStreamIsGoneWhenItsTimeIsOver() {
        EventLog log = opened();
        get(log.stream("a").create(IDLE_HOUR));
        append(log.stream("a"), 2);
        pass(HOUR.minusMillis(1));
        assertMarks(log.stream("a"), 1, 2);
        pass(Duration.ofMillis(1));
        assertGone(log, "a");
    }

    @Test
    @Proves("STR-42")
    final void useOfAStreamStartsItsIdleTimeAnew() {
        EventLog log = opened();
        EventStream stream = log.stream("a");
        get(stream.create(IDLE_HOUR));
        pass(HOUR.dividedBy(2));
        append(stream, 1);
        pass(HOUR.dividedBy(2));
        readAll(stream);
        pass(HOUR.dividedBy(2));
        get(stream.seal());
        pass(HOUR.dividedBy(2));
        get(stream.info());
        pass(HOUR.dividedBy(2));
        assertGone(log, "a");
    }

    @Test
    @Proves("STR-42")
    final void aStreamThatIsFollowedIsNotIdle() {
        EventLog log = opened();
        EventStream stream = log.stream("a");
        get(stream.create(IDLE_HOUR));
        StepVerifier.create(stream.signals(From.start()))
                .expectNextCount(1)
                .then(() -> pass(HOUR.multipliedBy(3)))
                .then(() -> get(stream.info()))
                .thenCancel()
                .verify(patience());
        pass(HOUR.dividedBy(2));
        get(stream.info());
        pass(HOUR);
        assertGone(log, "a");
    }

    @Test
    @Proves("STR-42")
    final void anEndComesWhetherTheStreamIsUsedOrNot() {
        EventLog log = opened();
        get(log.stream("a").create(UNTIL_ONE));
        pass(HOUR.minusMillis(1));
        append(log.stream("a"), 1);
        pass(Duration.ofMillis(1));
        assertGone(log, "a");
    }

    @Test
    @Proves({"STR-24", "STR-42"})
    final void aNameWhoseTimeIsOverGoesOnAboveItsOldNumbers() {
        EventLog log = opened();
        get(log.stream("a").create(IDLE_HOUR));
        append(log.stream("a"), 2);
        pass(HOUR);
        assertThat(get(log.stream("a").append(event("new")))).isEqualTo(new AppendResult("a", 3, 3, 3, false));
        assertMarks(log.stream("a"), 3, 3);
        pass(HOUR.multipliedBy(9));
        assertMarks(log.stream("a"), 3, 3);
    }

    @Test
    @Proves("STR-42")
    final void followersLearnThatTheStreamIsGoneWhenItIsSwept() {
        EventLog log = open(LogOptions.defaults().withClock(clock).withRetentionInterval(Duration.ofMillis(5)));
        get(log.stream("a").create(UNTIL_ONE));
        append(log.stream("a"), 1);
        StepVerifier.create(log.stream("a").subscribe(From.start()))
                .expectNextCount(1)
                .then(() -> pass(HOUR))
                .expectError(LogException.UnknownStream.class)
                .verify(patience());
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-42")
    final void aRestartCountsAsUseAndNeverBringsBackWhatIsGone() {
        EventLog log = opened();
        get(log.stream("idle").create(IDLE_HOUR));
        get(log.stream("over").create(IDLE_HOUR));
        get(log.stream("ends").create(UNTIL_ONE));
        pass(HOUR.dividedBy(2));
        append(log.stream("idle"), 1);
        pass(HOUR.dividedBy(2));
        failure(LogException.UnknownStream.class, log.stream("over").trim(0));
        log = reopen(log);
        assertGone(log, "over");
        assertGone(log, "ends");
        pass(HOUR.dividedBy(2));
        assertThat(get(log.stream("idle").info()).settings()).isEqualTo(IDLE_HOUR);
        get(log.stream("idle").append(NewEvent.text("x")));
        pass(HOUR);
        assertGone(log, "idle");
    }
}
