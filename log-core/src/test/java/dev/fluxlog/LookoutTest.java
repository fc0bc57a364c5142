package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a thread looks out for work, and when it sleeps; by a clock that the test moves. */
class LookoutTest {
    private static final int MANY = 10_000;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 500);
    private final Lookout lookout = new Lookout(1_000, 2, now::get);

    /** Number of looks until it is time to sleep, each reading of the clock a nanosecond later. */
    private static int looks(Lookout lookout) {
        int looks = 0;
        while (looks < MANY && lookout.goesOn()) {
            looks++;
        }
        return looks;
    }

    private void pause(long nanos) {
        lookout.begin();
        now.addAndGet(nanos);
        lookout.end();
    }

    @Test
    void looksOutOnlyAfterAPauseThatWasShortEnough() {
        lookout.begin();
        assertThat(looks(lookout)).isZero();

        pause(1_000);
        lookout.begin();
        assertThat(looks(lookout)).isEqualTo(MANY);

        pause(1_001);
        lookout.begin();
        assertThat(looks(lookout)).isZero();
    }

    @Test
    void endsAtItsBound() {
        pause(1);
        lookout.begin();
        now.addAndGet(999);
        assertThat(looks(lookout)).isEqualTo(MANY);

        now.addAndGet(1);
        assertThat(looks(lookout)).isLessThan(MANY);
    }

    @Test
    void endsWhenAYieldTellsThatOthersNeedTheProcessor() {
        AtomicLong slow = new AtomicLong();
        Lookout crowded = new Lookout(1_000_000_000, 2, () -> slow.getAndAdd(600_000));
        crowded.begin();
        crowded.end();

        crowded.begin();
        assertThat(looks(crowded)).isLessThan(MANY);
    }

    @Test
    void looksOutForNothingWithoutABoundOrWithOneProcessor() {
        for (Lookout none : new Lookout[] {new Lookout(0, 2, now::get), new Lookout(1_000, 1, now::get)}) {
            none.begin();
            none.end();
            none.begin();
            assertThat(looks(none)).isZero();
        }
    }
}
