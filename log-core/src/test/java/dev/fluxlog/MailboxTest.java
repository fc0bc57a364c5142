package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that put and a thread that takes, with and without a look-out. */
class MailboxTest {
    private static final int ROUNDS = 20_000;

    /** Each answer waits for its question, so a wake-up that is lost stops both for good. */
    @ParameterizedTest
    @ValueSource(longs = {0, 2_000, 100_000_000})
    void losesNoItemAndNoWakeUp(long lookoutNanosMax) throws InterruptedException {
        Mailbox<Integer> there = new Mailbox<>(lookoutNanosMax);
        Mailbox<Integer> back = new Mailbox<>(lookoutNanosMax);
        CountDownLatch owned = new CountDownLatch(2);
        CountDownLatch done = new CountDownLatch(1);
        Threads.start("answering", () -> {
            there.own();
            owned.countDown();
            for (int i = 0; i < ROUNDS; i++) {
                pauseSometimes(i);
                back.put(next(there));
            }
        });
        Threads.start("asking", () -> {
            back.own();
            owned.countDown();
            await(owned);
            for (int i = 0; i < ROUNDS; i++) {
                there.put(i);
                assertThat(next(back)).isEqualTo(i);
            }
            done.countDown();
        });

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Between nothing and some microseconds, so that the other side is met in every state. */
    private static void pauseSometimes(int round) {
        if (round % 64 == 0) {
            LockSupport.parkNanos(1_000);
        }
        for (int i = round % 512; i > 0; i--) {
            Thread.onSpinWait();
        }
    }

    private static <T> T next(Mailbox<T> mailbox) {
        T item = mailbox.take();
        while (item == null) {
            item = mailbox.take();
        }
        return item;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
