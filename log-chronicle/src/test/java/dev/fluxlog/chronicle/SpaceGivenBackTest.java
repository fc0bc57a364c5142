package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Retention;
import dev.fluxlog.StreamInfo;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamSignal;
import dev.fluxlog.spec.Proves;
import dev.fluxlog.tck.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * What streams let go, by age, by count and by bytes, is gone from the disk while the log runs: a file that was deleted
 * takes its space as long as a descriptor or a mapping of it is left anywhere in the process.
 */
class SpaceGivenBackTest {
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final int EVENT_BYTES = 30_000;
    private static final int EVENTS = 80;

    private static final Map<String, Retention> KEPT = Map.of(
            "age", Retention.keep().withMaxAge(Duration.ofHours(1)),
            "count", Retention.keep().withMaxEvents(5),
            "bytes", Retention.keep().withMaxBytes(5L * EVENT_BYTES));

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-29T12:00:00Z"));
    private final NewEvent event = NewEvent.of(new byte[EVENT_BYTES]);

    private EventLog open() {
        LogOptions options = LogOptions.defaults().withClock(clock).withRetentionInterval(Duration.ofMillis(5));
        return ChronicleLog.open(directory, TestLogs.smallInProcess(), options)
                .blockOptional(WAIT_MAX)
                .orElseThrow();
    }

    /** Reads so many events and then nothing more, for as long as it is not cancelled. */
    private static final class Resting extends BaseSubscriber<StreamSignal> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(3);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Proves("STR-36")
    void deletedFilesHoldNoDescriptorAndNoMappingOnceReadersHaveLetThemGo() throws IOException {
        EventLog log = open();
        List<Resting> readers = new ArrayList<>();
        KEPT.keySet().forEach(name -> {
            EventStream stream = log.stream(name);
            stream.create(StreamSettings.defaults()).block(WAIT_MAX);
            append(stream, EVENTS);
            Resting reader = new Resting();
            readers.add(reader);
            stream.signals(From.start()).subscribe(reader);
            assertThat(stream.read(ReadOptions.forward(From.start())).count().block(WAIT_MAX))
                    .isEqualTo(EVENTS);
        });
        Awaitility.await().atMost(WAIT_MAX).until(() -> segments() >= 3 * 5);
        KEPT.forEach((name, retention) -> log.stream(name)
                .configure(StreamSettings.defaults().withRetention(retention))
                .block(WAIT_MAX));
        clock.set(clock.instant().plus(Duration.ofHours(2)));
        // Checkpoints, after which the space is given back, come with what is appended.
        Awaitility.await().atMost(WAIT_MAX).until(() -> {
            KEPT.keySet().forEach(name -> append(log.stream(name), 1));
            append(log.stream("other"), 10);
            // The newest of each, and what the events that are kept still need.
            return segments() <= 3 * 3;
        });
        readers.forEach(Resting::cancel);
        Awaitility.await()
                .atMost(WAIT_MAX)
                .untilAsserted(() -> assertThat(deletedButHeld()).isEmpty());
        KEPT.keySet().forEach(name -> assertReadable(log, name));
        log.close().block(WAIT_MAX);
        EventLog again = open();
        KEPT.keySet().forEach(name -> assertReadable(again, name));
        again.close().block(WAIT_MAX);
        Awaitility.await()
                .atMost(WAIT_MAX)
                .untilAsserted(() -> assertThat(deletedButHeld()).isEmpty());
    }

    private void append(EventStream stream, int events) {
        for (int i = 0; i < events; i++) {
            stream.append(event).block(WAIT_MAX);
        }
    }

    /** The newest is there, and the next one follows it; what is older may be trimmed at any moment. */
    private void assertReadable(EventLog log, String name) {
        StreamInfo info = log.stream(name).info().blockOptional(WAIT_MAX).orElseThrow();
        assertThat(info.lowWaterMark()).isGreaterThan(EVENTS - 5);
        Event newest = log.stream(name)
                .read(ReadOptions.backward(From.tail()).withLimit(1))
                .blockLast(WAIT_MAX);
        assertThat(newest).isNotNull().extracting(Event::sequence).isEqualTo(info.highWaterMark());
        append(log.stream(name), 1);
    }

    /** Of the journals of all three; their numbers are 1 to 3. */
    private long segments() throws IOException {
        long segments = 0;
        for (int number = 1; number <= 3; number++) {
            Path journal = directory.resolve(String.format(Locale.ROOT, "streams/%02x/%016x", number, number));
            // Not there as long as nothing was written to it.
            try (Stream<Path> files = Files.exists(journal) ? Files.list(journal) : Stream.empty()) {
                segments +=
                        files.filter(file -> file.toString().endsWith(".cq4")).count();
            }
        }
        return segments;
    }

    /** Names of files of the log that are deleted and still open or mapped in this process. */
    private List<String> deletedButHeld() throws IOException {
        List<String> held = new ArrayList<>();
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.UTF_8)) {
            maps.filter(this::isDeleted).forEach(held::add);
        }
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                String target = targetOf(descriptor);
                if (isDeleted(target)) {
                    held.add(target);
                }
            }
        }
        return held;
    }

    /** Empty for one that was closed meanwhile. */
    private static String targetOf(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException closed) {
            return "";
        }
    }

    private boolean isDeleted(String line) {
        return line.contains(directory.toString()) && line.endsWith("(deleted)");
    }
}
