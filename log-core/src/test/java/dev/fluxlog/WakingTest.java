package dev.fluxlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.memory.MemoryLog;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Followers at the tail are woken, few of them by the writer and many by the notifier, and keep nobody. */
class WakingTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int EVENTS = 200;

    @ParameterizedTest
    @ValueSource(ints = {1, Notifier.WOKEN_AT_ONCE_MAX, Notifier.WOKEN_AT_ONCE_MAX + 1, 100})
    void everyFollowerGetsEveryEventOnAReaderThread(int followers) throws InterruptedException {
        EventLog log = open();
        EventStream stream = log.stream("stream");
        stream.append(NewEvent.text("first")).block(SOON);
        CountDownLatch got = new CountDownLatch(followers * EVENTS);
        Set<String> threads = ConcurrentHashMap.newKeySet();
        Disposable.Composite all = Disposables.composite();
        for (int i = 0; i < followers; i++) {
            all.add(stream.subscribe(From.tail()).subscribe(event -> {
                threads.add(Thread.currentThread().getName().replaceAll("\\d+", ""));
                got.countDown();
            }));
        }
        // Each answer is waited for: most of the time everybody sleeps at the tail.
        for (int i = 0; i < EVENTS; i++) {
            stream.append(NewEvent.text("event")).block(SOON);
        }

        assertThat(got.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(threads).containsExactly("fluxlog-reader-");
        all.dispose();
        log.close().block(SOON);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, Notifier.WOKEN_AT_ONCE_MAX + 1})
    void followersThatDoNotReturnKeepNoCommit(int followers) {
        EventLog log = open();
        EventStream stream = log.stream("stream");
        stream.append(NewEvent.text("first")).block(SOON);
        CountDownLatch release = new CountDownLatch(1);
        Disposable.Composite all = Disposables.composite();
        for (int i = 0; i < followers; i++) {
            all.add(stream.subscribe(From.start()).subscribe(event -> await(release)));
        }

        for (int i = 0; i < EVENTS; i++) {
            stream.append(NewEvent.text("event")).block(SOON);
        }
        assertThat(Objects.requireNonNull(stream.info().block(SOON)).highWaterMark())
                .isEqualTo(EVENTS + 1);
        all.dispose();
        release.countDown();
        log.close().block(SOON);
    }

    private static EventLog open() {
        LogOptions options = LogOptions.defaults().withLookoutMax(Duration.ofMillis(1));
        return MemoryLog.open(options).blockOptional(SOON).orElseThrow();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
