package dev.fluxlog.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;

class OwnReaderTest {
    private final OwnReader reader = new OwnReader(() -> {});
    private long asked;
    private long given;
    private long taken;

    @BeforeEach
    void subscribe() {
        reader.onSubscribe(new Subscription() {
            @Override
            public void request(long more) {
                asked += more;
            }

            @Override
            public void cancel() {}
        });
    }

    @Test
    void whileTheConnectionTakesNothingWhatWaitsAndWhatIsAskedForAreBoundedTogether() {
        giveAll(1, 1_000);

        assertThat(waiting()).isEqualTo(OwnReader.ASKED_MAX);
    }

    @Test
    void whileItTakesEverythingWhatArrivesAsksForMoreUntilTheBoundOfBytes() {
        reader.taken(true);
        int bytes = 1 << 10;

        giveAll(bytes, 1_000);

        int room = OwnReader.AHEAD_BYTES_MAX / bytes;
        assertThat(waiting()).isBetween((long) room, (long) room + OwnReader.ASKED_MAX);
    }

    @Test
    void smallEventsAreBoundedByTheirNumber() {
        reader.taken(true);

        giveAll(1, 10_000);

        assertThat(waiting()).isBetween((long) OwnReader.AHEAD_MAX, (long) OwnReader.AHEAD_MAX + OwnReader.ASKED_MAX);
    }

    @Test
    void onceItIsFullWhatWaitsRunsDownToWhatASlowConnectionMayHold() {
        reader.taken(true);
        giveAll(1 << 10, 1_000);

        for (int i = 0; i < 200; i++) {
            take(1);
            reader.taken(false);
            giveAll(1 << 10, 1_000);
        }

        assertThat(waiting()).isLessThanOrEqualTo(OwnReader.ASKED_MAX);
    }

    @Test
    void itIsNeverLeftWithoutDemandOnceAllIsTaken() {
        for (boolean flows : new boolean[] {true, false}) {
            for (int i = 0; i < 500; i++) {
                giveAll(100, 1 + i % 7);
                take((int) waiting());
                reader.taken(flows);

                assertThat(asked - given).isPositive();
            }
        }
    }

    private long waiting() {
        return given - taken;
    }

    private void giveAll(int bytes, int atMost) {
        for (int i = 0; i < atMost && given < asked; i++) {
            given++;
            reader.onNext(new LiveItem.Signal(
                    new Event("a", given, given, Instant.EPOCH, "", "", Map.of(), new byte[bytes])));
        }
    }

    private void take(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(reader.poll()).isNotNull();
            taken++;
        }
    }
}
