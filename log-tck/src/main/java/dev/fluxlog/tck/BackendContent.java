package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is kept of frames and streams, whatever they are like and whatever becomes of others. */
abstract class BackendContent extends BackendReads {
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
}
