package dev.fluxlog.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/**
 * What all contracts of an {@link EventLog} share: a medium per test, and short ways to ask and to append.
 *
 * <p>A test fails also when an error was dropped unhandled anywhere in the process while it ran.
 */
public abstract class LogContract implements Implementation {
    private static final int BATCH = 1_000;

    private final Queue<Throwable> dropped = new ConcurrentLinkedQueue<>();
    private final List<EventLog> opened = new ArrayList<>();
    private @Nullable LogFixture fixture;

    /** A new, empty medium. */
    protected abstract LogFixture fixture();

    private LogFixture medium() {
        LogFixture known = fixture;
        if (known == null) {
            known = fixture();
            fixture = known;
        }
        return known;
    }

    @Override
    public final Map<Capability, String> missing() {
        return medium().missing();
    }

    @BeforeEach
    final void watchForDroppedErrors() {
        Hooks.onErrorDropped(dropped::add);
    }

    @AfterEach
    final void closeWhatWasOpened() throws Exception {
        try {
            for (EventLog log : opened) {
                // A medium may have to settle a thousand streams, which is not what the test is about.
                log.close().block(patience().multipliedBy(4));
            }
            medium().close();
        } finally {
            Hooks.resetOnErrorDropped();
        }
        assertThat(dropped).as("errors dropped unhandled").isEmpty();
    }

    final Duration patience() {
        return medium().patience();
    }

    final LogFixture implementation() {
        return medium();
    }

    final EventLog open() {
        return open(LogOptions.defaults());
    }

    final EventLog open(LogOptions options) {
        return opening(() -> medium().open(options));
    }

    final EventLog opening(Supplier<Mono<EventLog>> way) {
        EventLog log = get(way.get());
        opened.add(log);
        return log;
    }

    /** The test has seen how the log ended, and that it did not end well. */
    final void forget(EventLog log) {
        opened.remove(log);
    }

    /** Closes the log and opens its medium again. */
    final EventLog reopen(EventLog log) {
        done(log.close());
        return open(log.options());
    }

    /** The value, which has to come. */
    final <T> T get(Mono<T> mono) {
        T value = mono.block(patience());
        return value == null ? fail("completed without a value") : value;
    }

    /** Completion, which has to come. */
    final void done(Mono<Void> mono) {
        mono.block(patience());
    }

    final <T> List<T> all(Flux<T> flux) {
        return get(flux.collectList());
    }

    /** The failure, which has to come and to be of that case. */
    final <E extends LogException> E failure(Class<E> expected, Publisher<?> publisher) {
        try {
            List<Object> values = get(Flux.<Object>from(publisher).collectList());
            return fail("expected " + expected.getSimpleName() + " but got " + values);
        } catch (LogException e) {
            assertThat(e).isInstanceOf(expected);
            return expected.cast(e);
        }
    }

    static NewEvent event(Object data) {
        return NewEvent.of(String.valueOf(data).getBytes(StandardCharsets.UTF_8));
    }

    static List<NewEvent> events(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> event("e" + i)).toList();
    }

    final AppendResult append(EventStream stream, int count) {
        return get(stream.append(events(count)));
    }

    /** A stream with {@code count} events, trimmed so that it begins at {@code lowWaterMark}. */
    final EventStream stream(EventLog log, String name, int count, long lowWaterMark) {
        EventStream stream = log.stream(name);
        for (int left = count; left > 0; left -= BATCH) {
            append(stream, Math.min(left, BATCH));
        }
        if (lowWaterMark > 1) {
            get(stream.trim(lowWaterMark - 1));
        }
        return stream;
    }

    /** A stream that was deleted with that high-water mark and created again. */
    final EventStream recreated(EventLog log, String name, int highWaterMark) {
        EventStream stream = log.stream(name);
        append(stream, highWaterMark);
        done(stream.delete());
        get(stream.create(dev.fluxlog.StreamSettings.defaults()));
        return stream;
    }

    final List<Event> readAll(EventStream stream) {
        return all(stream.read(ReadOptions.forward(From.start())));
    }

    final void assertMarks(EventStream stream, long lowWaterMark, long highWaterMark) {
        StreamInfo info = get(stream.info());
        assertThat(List.of(info.lowWaterMark(), info.highWaterMark()))
                .as("marks of stream '%s'", stream.name())
                .containsExactly(lowWaterMark, highWaterMark);
    }

    static List<Long> sequences(List<Event> events) {
        return events.stream().map(Event::sequence).toList();
    }

    static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    static List<Long> falling(long first, long last) {
        return LongStream.iterate(first, i -> i >= last, i -> i - 1).boxed().toList();
    }

    static String text(Event event) {
        return new String(event.data(), StandardCharsets.UTF_8);
    }

    static NewEvent content(Event event) {
        return new NewEvent(event.type(), event.key(), event.headers(), event.data());
    }
}
