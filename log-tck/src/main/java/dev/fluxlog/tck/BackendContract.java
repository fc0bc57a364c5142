package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.Recovery;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What a {@link Backend} promises: deterministic, blocking, without an engine above it.
 *
 * <p>The medium of a test is empty at first. Here stands what outlives a close; reads, content and order are judged in
 * the classes above.
 */
public abstract class BackendContract extends BackendOrder {
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
}
