package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.backend.CommitGroup;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.ReadRequest;
import dev.fluxlog.spec.Proves;
import dev.fluxlog.tck.Groups;
import java.util.List;
import org.junit.jupiter.api.Test;

@Proves("SUB-1")
class StreamTailTest {
    private final Groups groups = new Groups();
    private final StreamTail tail = new StreamTail();

    /** Its owner may have it in hand while it is emptied and thrown away: what it took then would be lost to readers. */
    @Test
    void oneThatWasEmptiedTakesNothingAnyMore() {
        groups.create(1, "a").group();
        assertThat(tail.add(frame(groups.event(1, "x").group()))).isTrue();
        assertThat(tail.add(frame(groups.event(1, "y").group()))).isTrue();

        assertThat(tail.dropThrough(1)).isFalse();
        assertThat(tail.dropThrough(2)).isTrue();

        assertThat(tail.add(frame(groups.event(1, "z").group()))).isFalse();
        assertThat(tail.firstSequence()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatIsCommittedAfterEverythingWasDroppedIsThere() {
        RecentFrames recent = new RecentFrames(0);
        groups.create(1, "a").group();
        for (int sequence = 1; sequence <= 5; sequence++) {
            recent.add(groups.event(1, "x").group());
            assertThat(read(recent, sequence)).hasSize(1);

            recent.taken(1);

            assertThat(read(recent, sequence)).isEmpty();
        }
    }

    private static List<Frame> read(RecentFrames recent, int sequence) {
        return recent.read(new ReadRequest(1, sequence, sequence, ReadRequest.Direction.FORWARD, 1, 1_000));
    }

    private static Frame frame(CommitGroup group) {
        return group.frame(0);
    }
}
