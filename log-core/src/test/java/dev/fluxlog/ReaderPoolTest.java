package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReaderPoolTest {
    private final ReaderPool pool = new ReaderPool(4);

    @AfterEach
    void end() {
        pool.shutdown();
    }

    @Test
    void everyTaskRunsOnceAlsoWhenWorkersFallAsleepInBetween() throws InterruptedException {
        int producers = 3;
        int tasks = 20_000;
        AtomicInteger done = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            Thread producer = new Thread(() -> {
                for (int i = 0; i < tasks; i++) {
                    CountDownLatch ran = new CountDownLatch(1);
                    pool.execute(() -> {
                        done.incrementAndGet();
                        ran.countDown();
                    });
                    // Now and then all workers sleep, and the next task has to wake one.
                    if (i % 8 == 0 && !awaited(ran)) {
                        return;
                    }
                }
            });
            threads.add(producer);
            producer.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        CountDownLatch last = new CountDownLatch(1);
        pool.execute(last::countDown);
        assertThat(awaited(last)).isTrue();
        while (done.get() < producers * tasks) {
            Thread.onSpinWait();
        }
        assertThat(done.get()).isEqualTo(producers * tasks);
    }

    @Test
    void aTaskThatBlocksKeepsNoOtherFromRunning() throws Exception {
        for (int round = 0; round < 200; round++) {
            // All four have to run at the same time, or none gets on.
            CyclicBarrier together = new CyclicBarrier(5);
            for (int i = 0; i < 4; i++) {
                pool.execute(() -> {
                    try {
                        together.await(30, TimeUnit.SECONDS);
                    } catch (Exception broken) {
                        throw new IllegalStateException(broken);
                    }
                });
            }
            together.await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatWasTakenBeforeTheEndRunsAndNothingIsTakenAfterwards() throws InterruptedException {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            pool.execute(() -> {
                threads.add(Thread.currentThread().getName());
                all.countDown();
            });
        }
        pool.shutdown();

        assertThat(awaited(all)).isTrue();
        assertThat(threads).hasSizeBetween(1, 4).allMatch(name -> name.startsWith("fluxlog-reader-"));
        assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
