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
import dev.fluxlog.StreamSettings;
import dev.fluxlog.spec.Proves;
import dev.fluxlog.tck.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A clock that is wrong and jumps, while files of both kinds of journal are rolled and between two opens: it gives
 * events their time, and nothing else may come of it.
 */
class ClockStepsTest {
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final Instant NOON = Instant.parse("2026-03-29T12:00:00Z");
    private static final List<Instant> STANDS = List.of(
            Instant.ofEpochMilli(-1),
            Instant.EPOCH,
            NOON,
            NOON.minus(Duration.ofDays(2)),
            NOON.plus(Duration.ofDays(3_653)),
            NOON.plusSeconds(1));

    /** Two of them fill a file of a stream's journal, and one of the commit journal. */
    private static final String FILLER = "-".repeat(150_000);

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock(NOON);
    private final List<Instant> times = new ArrayList<>();

    private EventLog open() {
        return ChronicleLog.open(
                        directory,
                        TestLogs.smallInProcess().withClock(clock),
                        LogOptions.defaults().withClock(clock).withRetentionInterval(Duration.ofMillis(5)))
                .blockOptional(WAIT_MAX)
                .orElseThrow();
    }

    private void append(EventLog log, Instant time) {
        clock.set(time);
        NewEvent event = NewEvent.text((times.size() + 1) + FILLER);
        assertThat(log.stream("s")
                        .append(event)
                        .blockOptional(WAIT_MAX)
                        .orElseThrow()
                        .first())
                .isEqualTo(times.size() + 1L);
        times.add(time);
    }

    private void assertAllThere(EventLog log) {
        List<Event> events = read(log, ReadOptions.forward(From.start()));
        assertThat(events).extracting(Event::time).isEqualTo(times);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).sequence()).isEqualTo(i + 1L);
            assertThat(events.get(i).position()).isEqualTo(i + 1L);
            assertThat(new String(events.get(i).data(), StandardCharsets.UTF_8)).isEqualTo((i + 1) + FILLER);
        }
        assertThat(sequences(read(log, ReadOptions.backward(From.tail()))))
                .isEqualTo(LongStream.iterate(times.size(), n -> n >= 1, n -> n - 1)
                        .boxed()
                        .toList());
        for (Instant time : STANDS) {
            int first = 0;
            while (times.get(first).isBefore(time)) {
                first++;
            }
            assertThat(sequences(read(log, ReadOptions.forward(From.at(time)))))
                    .as("from %s", time)
                    .isEqualTo(LongStream.rangeClosed(first + 1L, times.size())
                            .boxed()
                            .toList());
        }
    }

    private static List<Event> read(EventLog log, ReadOptions options) {
        return log.stream("s")
                .read(options)
                .collectList()
                .blockOptional(WAIT_MAX)
                .orElseThrow();
    }

    private static List<Long> sequences(List<Event> events) {
        return events.stream().map(Event::sequence).toList();
    }

    private long files(String part, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve(part))) {
            return files.filter(file -> file.toString().endsWith(suffix)).count();
        }
    }

    @Test
    @Proves("OWN-12")
    void whereverTheClockJumpsWhileFilesRollNumbersOrderAndReadsAreRight() throws IOException {
        EventLog log = open();
        for (int round = 0; round < 3; round++) {
            for (Instant time : STANDS) {
                append(log, time);
            }
        }
        assertAllThere(log);
        log.close().block(WAIT_MAX);
        // The journals of the stream and of the order of commit: one file for each two events, and one.
        assertThat(files("streams", ".cq4")).isGreaterThan(8);
        log = open();
        assertAllThere(log);
        log.close().block(WAIT_MAX);
    }

    @Test
    @Proves("OWN-12")
    void aClockThatJumpsBetweenTwoOpensChangesNothingOfWhatIsThere() {
        for (int k = 0; k < STANDS.size(); k++) {
            clock.set(STANDS.get(STANDS.size() - 1 - k));
            EventLog log = open();
            append(log, STANDS.get(k));
            append(log, STANDS.get((k + 2) % STANDS.size()));
            log.close().block(WAIT_MAX);
        }
        EventLog log = open();
        assertAllThere(log);
        log.close().block(WAIT_MAX);
    }

    @Test
    @Proves({"OWN-12", "STR-36"})
    void aStepBackLetsRetentionDropNothingWhileFilesRollAndAfterTheNextOpen() {
        EventLog log = open();
        Retention anHour = Retention.keep().withMaxAge(Duration.ofHours(1));
        log.stream("s").create(StreamSettings.defaults().withRetention(anHour)).block(WAIT_MAX);
        for (int i = 0; i < 3; i++) {
            append(log, NOON);
        }
        for (Instant back : List.of(NOON.minus(Duration.ofDays(2)), Instant.EPOCH, Instant.ofEpochMilli(-1))) {
            append(log, back);
            append(log, back);
            awaitPasses(log);
            log.close().block(WAIT_MAX);
            log = open();
            awaitPasses(log);
        }
        clock.set(NOON.plusSeconds(59 * 60));
        awaitPasses(log);
        assertThat(read(log, ReadOptions.forward(From.start())))
                .extracting(Event::time)
                .isEqualTo(times);
        clock.set(NOON.plusSeconds(61 * 60));
        awaitLow(log, "s", times.size() + 1L);
        log.close().block(WAIT_MAX);
    }

    /** A stream that keeps one event and was looked at behind all the others. */
    private void awaitPasses(EventLog log) {
        EventStream witness = log.stream("witness-" + UUID.randomUUID());
        witness.create(StreamSettings.defaults().withRetention(Retention.keep().withMaxEvents(1)))
                .block(WAIT_MAX);
        for (long sequence = 2; sequence <= 4; sequence += 2) {
            witness.append(List.of(NewEvent.text("a"), NewEvent.text("b"))).block(WAIT_MAX);
            awaitLow(log, witness.name(), sequence);
        }
    }

    private static void awaitLow(EventLog log, String stream, long low) {
        Awaitility.await()
                .atMost(WAIT_MAX)
                .until(() -> log.stream(stream)
                                .info()
                                .blockOptional(WAIT_MAX)
                                .orElseThrow()
                                .lowWaterMark()
                        == low);
    }
}
