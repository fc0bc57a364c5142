package dev.fluxlog.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fluxlog.AppendResult;
import dev.fluxlog.Event;
import dev.fluxlog.EventLog;
import dev.fluxlog.From;
import dev.fluxlog.LogException;
import dev.fluxlog.LogOptions;
import dev.fluxlog.LogStatus;
import dev.fluxlog.NewEvent;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.Retention;
import dev.fluxlog.Selection;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.StreamsQuery;
import dev.fluxlog.Transaction;
import dev.fluxlog.backend.StorageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Threads that are interrupted: those that call, before and while they do, and those of the log on which a subscriber's
 * code left the flag behind.
 *
 * <p>An interrupted thread that touches a channel closes it for everybody. Whatever becomes of the one call, the log goes
 * on, and what it acknowledged is there when it is opened again.
 */
@Timeout(300)
class InterruptsTest {
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final int EVENT_BYTES = 20_000;
    private static final int ROUNDS = 50;
    private static final int STREAMS = 6;
    private static final int EVENTS = 40;

    @TempDir
    Path directory;

    /** What is acknowledged under each sequence of each stream; what is not may be there all the same. */
    private final Map<String, Map<Long, String>> acknowledged = new ConcurrentHashMap<>();

    private final AtomicInteger sent = new AtomicInteger();

    /** Small files and no memory, so that each call has to do with files, and few journals, so that they are opened. */
    private static ChronicleOptions options() {
        return TestLogs.small().withOpenJournalsMax(2);
    }

    private EventLog open() {
        return answer(ChronicleLog.open(directory, options(), LogOptions.defaults()));
    }

    private static <T> T answer(Mono<T> call) {
        return call.blockOptional(WAIT_MAX).orElseThrow();
    }

    private void append(EventLog log, String stream) {
        answer(appending(log, stream));
    }

    private Mono<AppendResult> appending(EventLog log, String stream) {
        String content = sent.incrementAndGet() + "-".repeat(EVENT_BYTES);
        return log.stream(stream)
                .append(NewEvent.text(content))
                .doOnNext(stored -> acknowledged
                        .computeIfAbsent(stream, name -> new ConcurrentHashMap<>())
                        .put(stored.first(), content));
    }

    private void assertAllThere(EventLog log) {
        assertThat(log.status().state()).isEqualTo(LogStatus.State.SERVING);
        acknowledged.forEach((stream, contents) -> {
            List<Event> events = answer(
                    log.stream(stream).read(ReadOptions.forward(From.start())).collectList());
            assertThat(events)
                    .extracting(Event::sequence)
                    .isEqualTo(LongStream.rangeClosed(1, events.size()).boxed().toList());
            contents.forEach((sequence, content) -> assertThat(
                            new String(events.get((int) (sequence - 1)).data(), StandardCharsets.UTF_8))
                    .isEqualTo(content));
        });
    }

    private void assertAllThereNowAndWhenOpenedAgain(EventLog log) {
        acknowledged.keySet().forEach(stream -> append(log, stream));
        assertAllThere(log);
        log.close().block(WAIT_MAX);
        EventLog again = open();
        assertAllThere(again);
        again.close().block(WAIT_MAX);
    }

    /** Every call that there is, by name; each finds the stream "s" with events and makes what else it needs. */
    private static Map<String, Function<EventLog, Mono<?>>> calls() {
        Map<String, Function<EventLog, Mono<?>>> calls = new LinkedHashMap<>();
        calls.put("append", log -> log.stream("other").append(NewEvent.text("x")));
        calls.put(
                "commit",
                log -> log.commit(Transaction.start()
                        .append("other", List.of(NewEvent.text("x")))
                        .append("another", List.of(NewEvent.text("y")))));
        calls.put("create", log -> log.stream("new").create(StreamSettings.defaults()));
        calls.put(
                "configure",
                log -> log.stream("new")
                        .configure(StreamSettings.defaults()
                                .withRetention(Retention.keep().withMaxEvents(5))));
        calls.put("info", log -> log.stream("s").info());
        calls.put("streams", log -> log.streams(StreamsQuery.all()).collectList());
        calls.put(
                "page",
                log -> log.stream("s").page(ReadOptions.forward(From.start()).withLimit(5)));
        calls.put(
                "read",
                log -> log.stream("s").read(ReadOptions.forward(From.start())).collectList());
        calls.put(
                "readBack",
                log -> log.stream("s").read(ReadOptions.backward(From.tail())).collectList());
        calls.put(
                "subscribe",
                log -> log.stream("s").subscribe(From.start()).take(5).collectList());
        calls.put(
                "signals", log -> log.stream("s").signals(From.start()).take(5).collectList());
        calls.put(
                "subscribeAll",
                log -> log.subscribe(Selection.all(), From.start()).take(5).collectList());
        calls.put("fork", log -> log.stream("s").fork("fork", 3));
        calls.put(
                "readFork",
                log -> log.stream("fork")
                        .read(ReadOptions.forward(From.start()))
                        .collectList());
        calls.put(
                "trim",
                log -> log.stream("another")
                        .append(NewEvent.text("z"))
                        .then(log.stream("another").trim(1)));
        calls.put("seal", log -> log.stream("another").seal());
        calls.put("delete", log -> log.stream("another").delete().thenReturn("deleted"));
        calls.put("status", log -> Mono.fromCallable(log::status));
        return calls;
    }

    @Test
    void aCallOfAThreadThatIsInterruptedAlreadyDoesWhatItAlwaysDoes() {
        EventLog log = interrupted("open", ChronicleLog.open(directory, options(), LogOptions.defaults()));
        for (int i = 0; i < 30; i++) {
            append(log, "s");
        }
        calls().forEach((name, call) -> interrupted(name, call.apply(log)));
        assertAllThere(log);
        interrupted("close", log.close().thenReturn("closed"));
        assertAllThereNowAndWhenOpenedAgain(open());
    }

    /** Calls on a thread that is interrupted, and waits on one that is not. */
    private static <T> T interrupted(String name, Mono<T> call) {
        Thread.currentThread().interrupt();
        CompletableFuture<T> answer = call.toFuture();
        assertThat(Thread.interrupted()).as("left as it was by %s", name).isTrue();
        return Objects.requireNonNull(answer.orTimeout(60, TimeUnit.SECONDS).join(), name);
    }

    @Test
    void callsThatAreInterruptedOnTheWayCostNothingThatWasAnswered() {
        EventLog log = open();
        for (int i = 0; i < 10; i++) {
            append(log, "s");
        }
        List<Function<EventLog, Mono<?>>> calls = new ArrayList<>(calls().values());
        Semaphore please = new Semaphore(0);
        Thread caller = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            Random random = new Random(1);
            while (true) {
                please.acquireUninterruptibly();
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                LockSupport.parkNanos(random.nextInt(4_000_000));
                caller.interrupt();
            }
        });
        interrupter.setDaemon(true);
        interrupter.start();
        int answered = 0;
        int interrupted = 0;
        for (int round = 0; answered < ROUNDS || interrupted < ROUNDS; round++) {
            please.release(round % 2);
            try {
                append(log, "s");
                Mono<?> call = calls.get(round % calls.size()).apply(log);
                answer(call.map(Optional::of).defaultIfEmpty(Optional.empty()));
                answered++;
            } catch (LogException refused) {
                // A stream that is sealed already, and the like.
                answered++;
            } catch (RuntimeException e) {
                assertThat(e).hasRootCauseInstanceOf(InterruptedException.class);
                interrupted++;
            }
            Thread.interrupted();
        }
        interrupter.interrupt();
        please.release();
        Threads.join(interrupter);
        // Perhaps the last one came late.
        Thread.interrupted();
        assertAllThereNowAndWhenOpenedAgain(log);
    }

    @Test
    void subscribersThatLeaveTheirThreadInterruptedDisturbNobody() {
        EventLog log = open();
        for (int stream = 0; stream < STREAMS; stream++) {
            answer(log.stream("s" + stream).create(StreamSettings.defaults()));
        }
        Flux<Long> all = Flux.range(0, STREAMS)
                .flatMap(
                        stream -> log.stream("s" + stream)
                                .subscribe(From.start())
                                .doOnNext(event -> Thread.currentThread().interrupt())
                                .map(Event::sequence)
                                .take(EVENTS),
                        STREAMS);
        CompletableFuture<List<Long>> followed = all.collectList().toFuture();
        CompletableFuture<Long> selected = log.subscribe(Selection.all(), From.start())
                .doOnNext(event -> Thread.currentThread().interrupt())
                .take((long) STREAMS * EVENTS)
                .count()
                .toFuture();
        for (int i = 0; i < EVENTS; i++) {
            for (int stream = 0; stream < STREAMS; stream++) {
                String name = "s" + stream;
                answer(appending(log, name)
                        .doOnNext(stored -> Thread.currentThread().interrupt())
                        .doFinally(end -> Thread.currentThread().interrupt()));
                Thread.interrupted();
            }
        }
        assertThat(followed.orTimeout(60, TimeUnit.SECONDS).join()).hasSize(STREAMS * EVENTS);
        assertThat(selected.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo((long) STREAMS * EVENTS);
        assertAllThereNowAndWhenOpenedAgain(log);
    }

    @Test
    void whoLooksAfterTheDirectoryMayBeInterruptedWhileTheLogRuns() {
        EventLog log = open();
        append(log, "s");
        LogDirectory looking = LogDirectory.of(directory);
        List<Runnable> calls = List.of(
                looking::init,
                looking::endpoint,
                () -> looking.announce("http://127.0.0.1:1"),
                () -> Doctor.of(directory).examine(),
                () -> Backup.take(directory, directory.resolveSibling("backup")),
                () -> new ChronicleBackend(directory, options()).recover());
        for (Runnable call : calls) {
            Thread.currentThread().interrupt();
            try {
                call.run();
            } catch (LogException | StorageException refused) {
                // It is theirs to be refused or interrupted, with a type of ours.
                assertThat(refused.getMessage()).isNotEmpty();
            }
            Thread.interrupted();
            append(log, "s");
        }
        assertThatThrownBy(() -> new ChronicleBackend(directory, options()).recover())
                .hasMessageContaining("in use");
        assertAllThereNowAndWhenOpenedAgain(log);
    }
}
