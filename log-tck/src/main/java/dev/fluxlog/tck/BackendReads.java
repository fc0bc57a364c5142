package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.backend.ReadRequest.Direction;
import dev.fluxlog.backend.Recovery;
import dev.fluxlog.backend.StorageException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a read gives: the range that was asked for, within its bounds, and damage instead of nothing. */
abstract class BackendReads extends BackendMedium {
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
}
