package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.ReadRequest.Direction;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.Run;
import dev.fluxlog.backend.StorageException;
import dev.fluxlog.spec.Proves;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a {@link Backend} promises: deterministic, blocking, without an engine above it.
 *
 * <p>The medium of a test is empty at first. Every answer is compared byte for byte with what {@link Groups} remembers.
 */
public abstract class BackendContract implements Implementation {
    private static final int PLENTY = Integer.MAX_VALUE;
    private static final byte[] NONE = new byte[0];

    private final Groups groups = new Groups();
    private final List<Backend> opened = new ArrayList<>();

    /** A fresh instance on the medium of the current test; the instance before is closed. */
    protected abstract Backend open();

    /** The level that the backend has to report. */
    protected abstract Backend.Level durability();

    @AfterEach
    final void closeWhatWasOpened() {
        opened.forEach(Backend::close);
    }

    private Backend recovered() {
        Backend backend = open();
        opened.add(backend);
        backend.recover();
        return backend;
    }

    private Backend reopened(Backend backend) {
        backend.close();
        return recovered();
    }

    private static List<Frame> read(Backend backend, long stream, long sequence, long through) {
        return readUpTo(backend, stream, sequence, through, 1_000);
    }

    private static List<Frame> readUpTo(Backend backend, long stream, long sequence, long through, int framesMax) {
        Direction direction = sequence <= through ? Direction.FORWARD : Direction.BACKWARD;
        List<Frame> all = new ArrayList<>();
        long next = sequence;
        long step = direction == Direction.FORWARD ? 1 : -1;
        while (next != through + step) {
            List<Frame> some = backend.read(new ReadRequest(stream, next, through, direction, framesMax, 1 << 20));
            assertThat(some)
                    .as("frames of stream %d from %d through %d", stream, next, through)
                    .isNotEmpty();
            for (Frame frame : some) {
                assertThat(frame.sequence()).isEqualTo(next);
                next += step;
            }
            all.addAll(some);
        }
        return all;
    }

    private static List<ByteBuffer> bytes(List<Frame> frames) {
        return frames.stream().map(Groups::bytes).toList();
    }

    private void assertHolds(Backend backend, long stream) {
        assertThat(groups.framesOf(stream)).isNotEmpty();
        long low = groups.framesOf(stream).firstKey();
        long high = groups.framesOf(stream).lastKey();
        assertThat(bytes(read(backend, stream, low, high)))
                .as("frames of stream %d", stream)
                .containsExactlyElementsOf(groups.framesOf(stream).values());
    }

    private Backend holding(long stream, int events) {
        Backend backend = recovered();
        backend.commit(
                groups.create(stream, "stream-" + stream).events(stream, events).group());
        return backend;
    }

    @Test
    final void aFreshMediumHoldsNothing() {
        Backend backend = open();
        opened.add(backend);
        Recovery recovery = backend.recover();
        assertThat(recovery.position()).isZero();
        assertThat(recovery.streams()).isEmpty();
        assertThat(recovery.repairs()).isEmpty();
        assertThat(backend.durability()).isEqualTo(durability());
    }

    @Test
    final void reportsTheLevelItKeeps() {
        assertThat(recovered().durability()).isEqualTo(durability());
    }

    @Test
    final void aCommittedFrameReadsBackByteForByte() {
        assertHolds(holding(1, 1), 1);
    }

    @Test
    final void readsForwardInRisingOrder() {
        assertHolds(holding(1, 100), 1);
    }

    @Test
    final void readsBackwardInFallingOrder() {
        Backend backend = holding(1, 100);
        assertThat(bytes(read(backend, 1, 100, 1)))
                .containsExactlyElementsOf(groups.framesOf(1).descendingMap().values());
    }

    @Test
    final void readsForwardFromAnySequence() {
        Backend backend = holding(1, 40);
        for (long from = 1; from <= 40; from++) {
            assertThat(bytes(read(backend, 1, from, 40)))
                    .containsExactlyElementsOf(groups.framesOf(1).tailMap(from).values());
        }
    }

    @Test
    final void readsBackwardFromAnySequence() {
        Backend backend = holding(1, 40);
        for (long from = 40; from >= 1; from--) {
            assertThat(bytes(read(backend, 1, from, 1)))
                    .containsExactlyElementsOf(groups.framesOf(1)
                            .headMap(from, true)
                            .descendingMap()
                            .values());
        }
    }

    @Test
    final void anAnswerBeginsAtTheSequenceAskedFor() {
        Backend backend = holding(1, 50);
        assertThat(backend.read(new ReadRequest(1, 17, 50, Direction.FORWARD, 5, PLENTY)))
                .first()
                .extracting(Frame::sequence)
                .isEqualTo(17L);
        assertThat(backend.read(new ReadRequest(1, 17, 1, Direction.BACKWARD, 5, PLENTY)))
                .first()
                .extracting(Frame::sequence)
                .isEqualTo(17L);
    }

    @Test
    final void anAnswerEndsAtItsRange() {
        Backend backend = holding(1, 50);
        assertThat(backend.read(new ReadRequest(1, 10, 12, Direction.FORWARD, PLENTY, PLENTY)))
                .extracting(Frame::sequence)
                .isSubsetOf(10L, 11L, 12L);
        assertThat(backend.read(new ReadRequest(1, 12, 10, Direction.BACKWARD, PLENTY, PLENTY)))
                .extracting(Frame::sequence)
                .isSubsetOf(10L, 11L, 12L);
        assertThat(bytes(read(backend, 1, 10, 12)))
                .containsExactlyElementsOf(groups.framesOf(1).subMap(10L, 13L).values());
    }

    @Test
    final void anAnswerHoldsAtMostFramesMax() {
        Backend backend = holding(1, 50);
        for (int framesMax = 1; framesMax <= 50; framesMax++) {
            assertThat(backend.read(new ReadRequest(1, 1, 50, Direction.FORWARD, framesMax, PLENTY)))
                    .hasSizeBetween(1, framesMax);
            assertThat(backend.read(new ReadRequest(1, 50, 1, Direction.BACKWARD, framesMax, PLENTY)))
                    .hasSizeBetween(1, framesMax);
        }
    }

    @Test
    final void readingOneFrameAtATimeMissesNothing() {
        Backend backend = holding(1, 50);
        assertThat(bytes(readUpTo(backend, 1, 1, 50, 1)))
                .containsExactlyElementsOf(groups.framesOf(1).values());
        assertThat(bytes(readUpTo(backend, 1, 50, 1, 1)))
                .containsExactlyElementsOf(groups.framesOf(1).descendingMap().values());
    }

    @Test
    final void anAnswerHoldsAtMostBytesMax() {
        Backend backend = holding(1, 50);
        for (int bytesMax = 100; bytesMax <= 2_000; bytesMax += 100) {
            for (Direction direction : Direction.values()) {
                boolean forward = direction == Direction.FORWARD;
                List<Frame> frames = backend.read(
                        new ReadRequest(1, forward ? 1 : 50, forward ? 50 : 1, direction, PLENTY, bytesMax));
                assertThat(frames).isNotEmpty();
                assertThat(frames.stream().mapToInt(Frame::length).sum())
                        .as("bytes of %d frames for bytesMax %d", frames.size(), bytesMax)
                        .isLessThanOrEqualTo(bytesMax);
            }
        }
    }

    @Test
    final void aSingleLargerFrameIsReturnedAlone() {
        Backend backend = recovered();
        backend.commit(groups.create(1, "a")
                .event(1, "small")
                .event(1, new byte[10_000])
                .event(1, "small")
                .group());
        assertThat(backend.read(new ReadRequest(1, 2, 3, Direction.FORWARD, PLENTY, 500)))
                .extracting(Frame::sequence)
                .containsExactly(2L);
        assertThat(backend.read(new ReadRequest(1, 2, 1, Direction.BACKWARD, PLENTY, 500)))
                .extracting(Frame::sequence)
                .containsExactly(2L);
    }

    @Test
    final void anEmptyRangeGivesNothing() {
        Backend backend = holding(1, 5);
        assertThat(backend.read(new ReadRequest(1, 6, 5, Direction.FORWARD, 10, PLENTY)))
                .isEmpty();
        assertThat(backend.read(new ReadRequest(1, 3, 2, Direction.FORWARD, 10, PLENTY)))
                .isEmpty();
        assertThat(backend.read(new ReadRequest(1, 3, 4, Direction.BACKWARD, 10, PLENTY)))
                .isEmpty();
        assertThat(backend.read(new ReadRequest(1, 3, 0, Direction.BACKWARD, 10, PLENTY)))
                .isEmpty();
        assertHolds(backend, 1);
    }

    @Test
    final void aSequenceThatWasNeverWrittenIsCorruptAndNotEmpty() {
        Backend backend = holding(1, 5);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> backend.read(new ReadRequest(1, 6, 10, Direction.FORWARD, 10, PLENTY)))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.CORRUPT))
                .satisfies(e -> assertThat(e.stream()).isEqualTo(1))
                .satisfies(e -> assertThat(e.sequence()).isEqualTo(6));
    }

    @Test
    final void aStreamThatWasNeverWrittenIsCorruptAndNotEmpty() {
        Backend backend = holding(1, 5);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> backend.read(new ReadRequest(77, 1, 1, Direction.FORWARD, 10, PLENTY)))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.CORRUPT))
                .satisfies(e -> assertThat(e.stream()).isEqualTo(77));
    }

    @Test
    final void aRangeThatReachesBeyondTheEndIsAnsweredUpToTheEnd() {
        Backend backend = holding(1, 5);
        assertThat(backend.read(new ReadRequest(1, 4, 100, Direction.FORWARD, 10, PLENTY)))
                .extracting(Frame::sequence)
                .isNotEmpty()
                .isSubsetOf(4L, 5L);
    }

    @Test
    final void aGroupOverManyStreamsIsWholeInEachOfThem() {
        Backend backend = recovered();
        for (int stream = 1; stream <= 20; stream++) {
            groups.create(stream, "s" + stream);
        }
        for (int event = 0; event < 10; event++) {
            for (int stream = 1; stream <= 20; stream++) {
                groups.event(stream, stream + ":" + event);
            }
        }
        backend.commit(groups.group());
        for (int stream = 1; stream <= 20; stream++) {
            assertHolds(backend, stream);
        }
    }

    @Test
    final void framesSpreadOverManyGroupsReadAsOneRun() {
        Backend backend = recovered();
        backend.commit(groups.create(1, "a").create(2, "b").group());
        for (int i = 0; i < 300; i++) {
            backend.commit(groups.events(1, i % 3).events(2, 1).group());
        }
        assertHolds(backend, 1);
        assertHolds(backend, 2);
    }

    @Test
    final void manySmallStreamsKeepTheirFramesApart() {
        Backend backend = recovered();
        for (int round = 0; round < 4; round++) {
            for (int stream = 1; stream <= 500; stream++) {
                if (round == 0) {
                    groups.create(stream, "many/" + stream);
                }
                groups.event(stream, "round " + round + " of " + stream);
            }
            backend.commit(groups.group());
        }
        for (int stream = 1; stream <= 500; stream++) {
            assertHolds(backend, stream);
        }
    }

    @Test
    final void everyPartOfAFrameIsKept() {
        Backend backend = recovered();
        groups.create(1, "parts");
        byte[] wide = new byte[0xFFFF];
        Arrays.fill(wide, (byte) 'x');
        for (int flags : new int[] {0, Frame.FIRST, Frame.LAST, Frame.FIRST | Frame.LAST}) {
            groups.event(1, new Frame.Parts(flags, NONE, NONE, NONE, NONE, NONE));
            groups.event(1, new Frame.Parts(flags, wide, wide, wide, wide, wide));
            groups.event(1, new Frame.Parts(flags, text("type"), text("key"), text("o"), text("h"), text("p")));
        }
        backend.commit(groups.group());
        assertHolds(backend, 1);
        Frame last = read(backend, 1, 12, 12).get(0);
        assertThat(last.type()).isEqualTo("type");
        assertThat(last.key()).isEqualTo("key");
        assertThat(last.origin()).isEqualTo(text("o"));
        assertThat(last.headers()).isEqualTo(text("h"));
        assertThat(last.payload()).isEqualTo(text("p"));
        assertThat(last.flags()).isEqualTo(Frame.FIRST | Frame.LAST);
    }

    @Test
    final void anyTimeIsKept() {
        Backend backend = recovered();
        groups.create(1, "times");
        for (long time : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE - 1, 1, -86_400_000_000L}) {
            groups.at(time).event(1, "at " + time);
        }
        backend.commit(groups.group());
        assertHolds(backend, 1);
        assertThat(read(backend, 1, 1, 6))
                .extracting(Frame::timeMicros)
                .containsExactly(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE - 1, 1L, -86_400_000_000L);
    }

    @Test
    final void framesUpToTheLargestAreWhole() {
        Backend backend = recovered();
        groups.create(1, "big");
        backend.commit(groups.event(1, noise(1 << 20)).group());
        backend.commit(groups.event(1, "small").event(1, noise(3 << 20)).group());
        backend.commit(groups.event(1, noise(Frame.FRAME_BYTES_MAX - Frame.HEADER_BYTES))
                .group());
        assertHolds(backend, 1);
    }

    @Test
    final void aGroupOfMoreThanFourMebibytesIsOneGroup() {
        Backend backend = recovered();
        groups.create(1, "wide").create(2, "narrow");
        for (int i = 0; i < 90; i++) {
            groups.event(1, noise(64 << 10)).event(2, "beside " + i);
        }
        CommitGroup group = groups.group();
        assertThat(group.bytes().length).isGreaterThan(5 << 20);
        backend.commit(group);
        assertHolds(backend, 1);
        assertHolds(backend, 2);
    }

    @Test
    final void thousandsOfFramesInOneGroupAreAllThere() {
        Backend backend = holding(1, 8_192);
        assertHolds(backend, 1);
        assertThat(bytes(read(backend, 1, 8_192, 1)))
                .containsExactlyElementsOf(groups.framesOf(1).descendingMap().values());
    }

    @Test
    final void survivorsOfATrimKeepTheirSequences() {
        Backend backend = holding(1, 20);
        backend.commit(groups.trim(1, 11).group());
        assertHolds(backend, 1);
        backend.commit(groups.events(1, 5).group());
        assertHolds(backend, 1);
    }

    @Test
    final void whatIsTrimmedStaysReadableUntilTheNextCommit() {
        Backend backend = holding(1, 20);
        backend.commit(groups.trim(1, 21).group());
        assertThat(read(backend, 1, 1, 20)).hasSize(20);
    }

    @Test
    final void aSealedStreamStaysReadable() {
        Backend backend = holding(1, 20);
        backend.commit(groups.seal(1).group());
        assertHolds(backend, 1);
    }

    @Test
    final void aRecreatedStreamGoesOnAboveItsOldMark() {
        Backend backend = holding(1, 5);
        backend.commit(groups.delete(1).group());
        backend.commit(groups.create(1, "stream-1").event(1, "again").group());
        assertThat(groups.framesOf(1).firstKey()).isEqualTo(6);
        assertHolds(backend, 1);
    }

    @Test
    final void deletingOneStreamLeavesTheOthers() {
        Backend backend = holding(1, 5);
        backend.commit(groups.create(2, "other").events(2, 5).group());
        backend.commit(groups.delete(1).group());
        assertHolds(backend, 2);
    }

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

    @Test
    final void closingAgainDoesNothing() {
        Backend backend = holding(1, 1);
        assertHolds(backend, 1);
        backend.close();
        backend.close();
    }

    @Test
    @Needs(Capability.REOPEN)
    final void whatWasCommittedIsThereAfterReopening() {
        Backend backend = holding(1, 50);
        for (int round = 0; round < 4; round++) {
            backend = reopened(backend);
            assertHolds(backend, 1);
            backend.commit(groups.events(1, 7).group());
            assertHolds(backend, 1);
        }
        assertHolds(reopened(backend), 1);
    }

    @Test
    @Needs(Capability.REOPEN)
    final void recoveryTellsTheStateOfEveryStream() {
        Backend backend = recovered();
        backend.commit(groups.create(1, "plain").events(1, 3).create(2, "empty").group());
        backend.commit(groups.create(3, "trimmed").events(3, 9).group());
        backend.commit(groups.trim(3, 5).group());
        backend.commit(groups.create(4, "nothing left").events(4, 5).trim(4, 6).group());
        backend.commit(groups.create(5, "sealed").events(5, 2).seal(5).group());
        backend.commit(groups.create(6, "gone").events(6, 5).delete(6).group());
        backend.commit(groups.create(7, "again").events(7, 5).group());
        backend.commit(groups.delete(7).group());
        backend.commit(groups.create(7, "again").event(7, "six").group());
        backend.commit(groups.create(8, "set").configure(8, text("settings")).group());
        backend.close();

        Backend next = open();
        opened.add(next);
        Recovery recovery = next.recover();
        assertThat(recovery.streams()).containsExactlyInAnyOrderElementsOf(groups.states());
        assertThat(recovery.position()).isEqualTo(groups.position());
        assertThat(recovery.repairs()).isEmpty();
        for (long stream : new long[] {1, 3, 5, 7}) {
            assertHolds(next, stream);
        }
    }

    @Test
    @Needs(Capability.REOPEN)
    final void positionsGoOnAfterReopening() {
        Backend backend = holding(1, 3);
        backend.close();
        Backend next = open();
        opened.add(next);
        assertThat(next.recover().position()).isEqualTo(3);
        next.commit(groups.create(2, "later").events(2, 2).group());
        next.close();
        Backend last = open();
        opened.add(last);
        assertThat(last.recover().position()).isEqualTo(5);
        assertThat(read(last, 2, 1, 2)).extracting(Frame::position).containsExactly(4L, 5L);
    }

    @Test
    @Needs(Capability.REOPEN)
    final void aTrimToNothingKeepsTheHighWaterMark() {
        Backend backend = holding(1, 5);
        backend.commit(groups.trim(1, 6).group());
        backend = reopened(backend);
        backend.commit(groups.event(1, "six").group());
        assertThat(groups.framesOf(1).firstKey()).isEqualTo(6);
        assertHolds(reopened(backend), 1);
    }

    @Test
    @Needs(Capability.REOPEN)
    final void manyStreamsAreThereAfterReopening() {
        Backend backend = recovered();
        for (int stream = 1; stream <= 500; stream++) {
            groups.create(stream, "many/" + stream).events(stream, 1 + stream % 3);
        }
        backend.commit(groups.group());
        backend.close();
        Backend next = open();
        opened.add(next);
        assertThat(next.recover().streams()).containsExactlyInAnyOrderElementsOf(groups.states());
        for (int stream = 1; stream <= 500; stream++) {
            assertHolds(next, stream);
        }
    }

    @Test
    @Needs(Capability.REOPEN)
    final void bigFramesAreWholeAfterReopening() {
        Backend backend = recovered();
        backend.commit(
                groups.create(1, "big").event(1, noise(3 << 20)).events(1, 3).group());
        backend.commit(groups.event(1, noise(6 << 20)).group());
        assertHolds(reopened(backend), 1);
    }

    @Test
    @Needs(Capability.REOPEN)
    final void whatIsSettledStaysSettledOverManyReopenings() {
        Backend backend = recovered();
        Random random = Seeds.random("whatIsSettledStaysSettledOverManyReopenings");
        for (long stream = 1; stream <= 6; stream++) {
            groups.create(stream, "s" + stream).events(stream, 5);
        }
        backend.commit(groups.group());
        for (int round = 0; round < 12; round++) {
            backend.commit(randomChange(random, 1 + random.nextInt(6)));
            backend.close();
            backend = open();
            opened.add(backend);
            assertThat(backend.recover().streams())
                    .as(Seeds.hint())
                    .containsExactlyInAnyOrderElementsOf(groups.states());
            for (long stream = 1; stream <= 6; stream++) {
                if (!groups.framesOf(stream).isEmpty()) {
                    assertHolds(backend, stream);
                }
            }
        }
    }

    private CommitGroup randomChange(Random random, long stream) {
        if (!groups.state(stream).exists()) {
            return groups.create(stream, "s" + stream)
                    .events(stream, random.nextInt(3))
                    .group();
        }
        return switch (random.nextInt(4)) {
            case 0 -> groups.delete(stream).group();
            case 1 -> {
                long low = groups.state(stream).lowWaterMark();
                long left = groups.state(stream).highWaterMark() + 1 - low;
                yield groups.trim(stream, low + random.nextInt((int) left + 1)).group();
            }
            default -> groups.events(stream, 1 + random.nextInt(20)).group();
        };
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        Seeds.random("noise").nextBytes(noise);
        return noise;
    }
}
