package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.Run;
import dev.fluxlog.spec.Proves;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Readers beside the writer and beside each other, and the order of commit over all streams. */
abstract class BackendOrder extends BackendContent {
    @Test
    final void readersSeeWholeFramesWhileTheWriterCommits() throws Exception {
        Backend backend = recovered();
        backend.commit(groups.create(1, "shared").event(1, "1").group());
        AtomicLong committed = new AtomicLong(1);
        long target = 3_000;
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            List<Future<Long>> running = new ArrayList<>();
            for (int reader = 0; reader < 2; reader++) {
                running.add(readers.submit(follow(backend, committed, target)));
            }
            while (committed.get() < target) {
                long next = committed.get();
                for (int i = 0; i < 10; i++) {
                    groups.event(1, Long.toString(++next));
                }
                backend.commit(groups.group());
                committed.set(next);
            }
            for (Future<Long> reader : running) {
                assertThat(reader.get(60, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(target);
            }
        } finally {
            readers.shutdownNow();
        }
        assertHolds(backend, 1);
    }

    private static Callable<Long> follow(Backend backend, AtomicLong committed, long target) {
        return () -> {
            long seen = 0;
            while (seen < target) {
                long tail = committed.get();
                if (tail > seen) {
                    for (Frame frame : read(backend, 1, seen + 1, tail)) {
                        assertThat(new String(frame.payload(), StandardCharsets.UTF_8))
                                .isEqualTo(Long.toString(++seen));
                    }
                } else {
                    Thread.onSpinWait();
                }
            }
            return seen;
        };
    }

    @Test
    final void readersInManyPlacesDoNotDisturbEachOther() throws Exception {
        Backend backend = holding(1, 2_000);
        Random random = Seeds.random("readersInManyPlacesDoNotDisturbEachOther");
        ExecutorService readers = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int reader = 0; reader < 64; reader++) {
                long from = 1 + random.nextInt(2_000);
                long through = 1 + random.nextInt(2_000);
                running.add(readers.submit(() -> assertThat(read(backend, 1, from, through))
                        .as(Seeds.hint())
                        .hasSize((int) Math.abs(through - from) + 1)
                        .allSatisfy(frame -> assertThat(Groups.bytes(frame))
                                .isEqualTo(groups.framesOf(1).get(frame.sequence())))));
            }
            for (Future<?> reader : running) {
                reader.get(60, TimeUnit.SECONDS);
            }
        } finally {
            readers.shutdownNow();
        }
    }

    private Backend inTurns(int rounds) {
        Backend backend = recovered();
        backend.commit(groups.create(1, "a").create(2, "b").group());
        for (int i = 0; i < rounds; i++) {
            backend.commit(groups.events(1, 2).events(2, 1).events(1, 1).group());
        }
        return backend;
    }

    /** The order of commit as stream and sequence of every position. */
    private static List<List<Long>> order(Backend backend, long position, long through, int runsMax) {
        List<List<Long>> order = new ArrayList<>();
        long next = position;
        while (next <= through) {
            List<Run> runs = backend.runs(next, through, runsMax);
            assertThat(runs).as("runs from %d through %d", next, through).hasSizeBetween(1, runsMax);
            for (Run run : runs) {
                assertThat(run.position()).isEqualTo(next);
                for (int i = 0; i < run.count(); i++) {
                    order.add(List.of(run.stream(), run.sequence() + i));
                }
                next = run.end();
            }
        }
        assertThat(next).isEqualTo(through + 1);
        return order;
    }

    @Test
    @Proves("STR-14")
    final void theOrderOfCommitHasEveryPositionOnce() {
        Backend backend = inTurns(50);
        assertThat(order(backend, 1, 200, 1_000)).containsExactlyElementsOf(groups.order());
    }

    @Test
    @Proves("STR-14")
    final void theOrderOfCommitIsReadFromAnyPositionInAnySteps() {
        Backend backend = inTurns(20);
        for (int position = 1; position <= 80; position++) {
            assertThat(order(backend, position, 80, 1 + position % 7))
                    .containsExactlyElementsOf(groups.order().subList(position - 1, 80));
            assertThat(order(backend, 1, position, 3))
                    .containsExactlyElementsOf(groups.order().subList(0, position));
        }
    }

    @Test
    final void anEmptyRangeOfPositionsGivesNothing() {
        Backend backend = inTurns(2);
        assertThat(backend.runs(9, 8, 10)).isEmpty();
        assertThat(backend.runs(5, 4, 10)).isEmpty();
        assertThat(order(backend, 1, 8, 10)).hasSize(8);
    }

    @Test
    @Proves("STR-14")
    final void trimmedAndDeletedEventsKeepTheirPlacesInTheOrder() {
        Backend backend = inTurns(5);
        backend.commit(groups.trim(1, 9).group());
        backend.commit(groups.delete(2).group());
        backend.commit(groups.events(1, 1).group());
        assertThat(order(backend, 1, 21, 4)).containsExactlyElementsOf(groups.order());
    }

    @Test
    @Needs(Capability.REOPEN)
    @Proves("STR-14")
    final void theOrderOfCommitIsTheSameAfterReopening() {
        Backend backend = reopened(inTurns(10));
        backend.commit(groups.events(2, 3).group());
        assertThat(order(backend, 1, 43, 5)).containsExactlyElementsOf(groups.order());
        assertThat(order(reopened(backend), 1, 43, 1_000)).containsExactlyElementsOf(groups.order());
    }
}
