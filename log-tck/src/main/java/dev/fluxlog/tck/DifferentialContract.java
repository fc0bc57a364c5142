package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.LogOptions;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.spec.Proves;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Two logs get the same random calls and have to give the same answers: results, and the facts of every refusal.
 *
 * <p>Bounds are low, so that they are met; time is set by the script. A difference names the seed, the script and what
 * was done before.
 */
public abstract class DifferentialContract implements Implementation {
    private static final int SCRIPTS = 12;
    private static final int OPERATIONS = 250;
    private static final int REOPEN_EVERY = 40;

    /** A new, empty medium of the log that is known to be right. */
    protected abstract LogFixture reference();

    /** A new, empty medium of the log that is compared with it. */
    protected abstract LogFixture subject();

    @Override
    public final Map<Capability, String> missing() {
        return subject().missing();
    }

    private static LogOptions bounds(ManualClock clock) {
        return LogOptions.defaults()
                .withEventBytesMax(2_000)
                .withBatchBytesMax(6_000)
                .withBatchEventsMax(10)
                .withPageEventsMax(20)
                .withPageBytesMax(900)
                .withPrefetchEventsMax(7)
                .withPrefetchBytesMax(500)
                .withIdempotencyEventsMax(30)
                .withIdempotencyKeysMax(6)
                .withClock(clock);
    }

    @Test
    @Proves("STR-18")
    final void randomScriptsGetEqualAnswers() {
        Random seeds = Seeds.random("randomScriptsGetEqualAnswers");
        for (int script = 0; script < SCRIPTS; script++) {
            run(seeds.nextLong(), Integer.MAX_VALUE);
        }
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-18")
    final void randomScriptsGetEqualAnswersAlsoAcrossReopening() {
        Random seeds = Seeds.random("randomScriptsGetEqualAnswersAlsoAcrossReopening");
        for (int script = 0; script < SCRIPTS; script++) {
            run(seeds.nextLong(), REOPEN_EVERY);
        }
    }

    private void run(long seed, int reopenEvery) {
        ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
        List<Operation> history = new ArrayList<>();
        try (LogFixture right = reference();
                LogFixture judged = subject()) {
            EventLog known = get(right.open(bounds(clock)), right.patience());
            EventLog log = get(judged.open(bounds(clock)), judged.patience());
            RandomScript script = new RandomScript(seed, clock);
            for (int i = 1; i <= OPERATIONS; i++) {
                if (i % reopenEvery == 0) {
                    log.close().block(judged.patience());
                    log = get(judged.open(bounds(clock)), judged.patience());
                    compare(known, log, history, judged.patience());
                }
                Operation operation = script.next();
                history.add(operation);
                compare(operation, known, log, history, judged.patience());
            }
            compare(known, log, history, judged.patience());
            known.close().block(right.patience());
            log.close().block(judged.patience());
        }
    }

    private static EventLog get(Mono<EventLog> opening, Duration patience) {
        EventLog log = opening.block(patience);
        return log == null ? fail("opened without a log") : log;
    }

    /** Everything that can be read. */
    private static void compare(EventLog known, EventLog log, List<Operation> history, Duration patience) {
        compare(new Operation("streams", l -> l.streams(StreamsQuery.all())), known, log, history, patience);
        compare(
                new Operation(
                        "everything",
                        l -> l.streams(StreamsQuery.all())
                                .map(StreamInfo::name)
                                .concatMap(name -> l.stream(name).read(ReadOptions.forward(From.start())))),
                known,
                log,
                history,
                patience);
        compare(
                new Operation(
                        "order",
                        l -> l.signals(Selection.all(), From.start())
                                .takeUntil(signal -> signal instanceof StreamSignal.CaughtUp)),
                known,
                log,
                history,
                patience);
    }

    private static void compare(
            Operation operation, EventLog known, EventLog log, List<Operation> history, Duration patience) {
        String expected = operation.answer(known, patience);
        String actual = operation.answer(log, patience);
        assertThat(actual)
                .as(() -> "answer to '%s'; %s; before it:%n%s".formatted(operation, Seeds.hint(), lines(history)))
                .isEqualTo(expected);
    }

    private static String lines(List<Operation> history) {
        return String.join(
                System.lineSeparator(),
                history.stream().map(Operation::toString).toList());
    }
}
