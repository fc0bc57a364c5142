package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.spec.Proves;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The door to the writer. */
class AdmissionTest {
    private final LogOptions options =
            LogOptions.defaults().withWaitingAppendsMax(2).withWaitingBytesMax(100);

    @Test
    @Proves("LIM-7")
    void refusesAboveEachBoundAndTakesAgainWhenReleased() {
        Admission admission = new Admission(options);
        admission.enter(60);
        assertThatThrownBy(() -> admission.enter(60)).hasMessageContaining("waitingBytesMax");
        admission.enter(40);
        assertThatThrownBy(() -> admission.enter(0)).hasMessageContaining("waitingAppendsMax");

        admission.release(60);

        admission.enter(60);
        assertThat(admission.waiting()).isEqualTo(2);
        assertThat(admission.waitingBytes()).isEqualTo(100);
    }

    @Test
    void takesOneThatIsLargerThanTheBoundWhenNothingElseWaits() {
        Admission admission = new Admission(options);
        admission.enter(1_000);
        assertThat(admission.waitingBytes()).isEqualTo(1_000);
    }

    @Test
    @Proves("STR-15")
    void isDrainedOnlyWhenNobodyIsInsideAndNobodyCanEnter() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            Admission admission = new Admission(LogOptions.defaults());
            AtomicInteger entered = new AtomicInteger();
            CountDownLatch start = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(4);
            for (int i = 0; i < 4; i++) {
                new Thread(() -> {
                            try {
                                start.await();
                                admission.enter(1);
                                entered.incrementAndGet();
                            } catch (LogException.Closed | InterruptedException late) {
                                // Either answer is right; what counts is that the door and the count agree.
                            } finally {
                                done.countDown();
                            }
                        })
                        .start();
            }
            start.countDown();
            admission.close();
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(admission.isDrained()).isEqualTo(entered.get() == 0);
            admission.decided(entered.get());
            assertThat(admission.isDrained()).isTrue();
        }
    }
}
