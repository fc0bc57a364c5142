package dev.fluxlog;

import dev.fluxlog.backend.Backend;
import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.Recovery;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * A log on a local medium: puts the parts together, and takes them apart again.
 *
 * <p>The writer thread owns the backend from recovery to closing. Producers meet it through {@link Admission} and a
 * mailbox; readers through the published marks and {@link JournalReader}; answers leave through the {@link Notifier}.
 */
final class LogEngine implements EventLog {
    private static final int FINDINGS_MAX = 16;

    private final LogOptions options;
    private final Durability durability;
    private final Supplier<List<String>> mediumFindings;
    private final StreamTable streams;
    private final JournalReader journal;
    private final Admission admission;
    private final Mailbox<Command<?>> waiting;
    private final Listeners commitListeners = new Listeners();
    private final Notifier notifier;
    private final Commits commits;
    private final LogWriter writer;
    private final ReaderPool readers;
    private final ScheduledExecutorService timer = Threads.timer();
    private final RetentionSweep retention;
    private final ExpirySweep expiry;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private volatile boolean isClosed;

    private LogEngine(Backend backend, LogOptions options, Recovery recovery) {
        this.options = options;
        this.durability = Durability.valueOf(backend.durability().name());
        this.mediumFindings = backend::findings;
        this.streams = new StreamTable(
                recovery.streams(), EventCodec.micros(options.clock().instant()));
        this.journal = new JournalReader(backend, streams::nameOf);
        this.admission = new Admission(options);
        this.waiting = new Mailbox<>(options.lookoutMax().toNanos());
        this.notifier = new Notifier(commitListeners, options);
        this.readers = new ReaderPool(options.readerThreads());
        IdempotencyIndex idempotency = new IdempotencyIndex(journal, options);
        GroupPlan plan = new GroupPlan(streams, idempotency, options.clock(), recovery.position());
        this.writer = new LogWriter(backend, options, admission, notifier, plan, streams::nameOf, waiting);
        this.retention = new RetentionSweep(streams, journal, options.clock(), this::trimByRetention);
        this.expiry = new ExpirySweep(streams, options.clock(), this::deleteExpired);
        this.commits = new Commits(journal, streams, writer::position, commitListeners);
    }

    static Mono<EventLog> open(Backend backend, LogOptions options) {
        return Mono.create(sink -> Threads.start("fluxlog-writer", () -> {
            LogEngine engine;
            try {
                engine = new LogEngine(backend, options, backend.recover());
            } catch (Throwable failure) {
                sink.error(Failures.translate("open", closedAfter(failure, backend), number -> ""));
                return;
            }
            sink.onCancel(engine::startClosing);
            engine.notifier.start();
            engine.startRetention();
            engine.notifier.then(() -> sink.success(engine));
            engine.writer.run();
            engine.finish(backend);
        }));
    }

    private void startRetention() {
        long nanos = options.retentionInterval().toNanos();
        timer.scheduleWithFixedDelay(() -> Threads.guarded(retention::sweep), nanos, nanos, TimeUnit.NANOSECONDS);
        timer.scheduleWithFixedDelay(() -> Threads.guarded(expiry::sweep), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Deletes unless the stream was used meanwhile: the writer looks again. */
    private void deleteExpired(StreamEntry entry) {
        Mono<Boolean> deletion = submit(Frame.HEADER_BYTES, 1, plan -> plan.find(entry.name) != null);
        deletion.onErrorComplete(LogException.class).subscribe();
    }

    /** Trims unless somebody else has come first; the next pass asks again for what could not be done. */
    private void trimByRetention(StreamEntry entry, long low) {
        Mono<Boolean> trim = submit(Frame.HEADER_BYTES, 1, plan -> {
            Marks marks = entry.pending();
            boolean due = marks.exists() && low > marks.low() && low <= marks.high() + 1;
            if (due) {
                plan.trim(entry, low);
            }
            return due;
        });
        trim.onErrorComplete(LogException.class).subscribe();
    }

    private static Throwable closedAfter(Throwable failure, Backend backend) {
        try {
            backend.close();
        } catch (Throwable second) {
            failure.addSuppressed(second);
        }
        return failure;
    }

    /** Writer thread: everything that got in is answered. */
    private void finish(Backend backend) {
        journal.close();
        Throwable failure = null;
        try {
            backend.close();
            // What the machine has to report about mapped memory it reports now, and not where nobody could be told.
            Thread.yield();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        Throwable outcome = failure;
        notifier.then(() -> {
            // Subscribers that wait at the tail learn that the log is closed.
            streams.all().forEach(stream -> stream.listeners().wake());
            commitListeners.wake();
            readers.shutdown();
            isClosed = true;
            Sinks.EmitResult told = outcome == null
                    ? closed.tryEmitEmpty()
                    : closed.tryEmitError(Failures.translate("close", outcome, streams::nameOf));
            told.orThrow();
        });
        notifier.stop();
    }

    private void startClosing() {
        if (closing.compareAndSet(false, true)) {
            timer.shutdown();
            admission.close();
            writer.wake();
        }
    }

    @Override
    public EventStream stream(String name) {
        return new StreamHandle(this, StreamName.check(name));
    }

    @Override
    public Mono<TransactionResult> commit(Transaction transaction) {
        if (transaction.appends().isEmpty()) {
            throw new IllegalArgumentException("a transaction has at least one append");
        }
        Origin origin = Origin.ofKey(transaction.idempotencyKey());
        return commit(transaction.appends(), origin, AppendOptions.After.GO_ON);
    }

    private Mono<TransactionResult> commit(List<Transaction.Append> appends, Origin origin, AppendOptions.After after) {
        return Mono.create(sink -> {
            EncodedBatch batch = EncodedBatch.of(appends, origin, options);
            submit(batch.weight(), batch.frames(), new CommitWork(batch.appends(), origin, after), sink);
        });
    }

    /** The way of most events: everything that it does and keeps is paid for each of them. */
    Mono<AppendResult> append(Transaction.Append append, Origin origin, AppendOptions.After after) {
        return Mono.create(sink -> {
            EncodedBatch batch = EncodedBatch.of(List.of(append), origin, options);
            CommitWork work = new CommitWork(batch.appends(), origin, after);
            submit(
                    batch.weight(),
                    batch.frames(),
                    plan -> work.apply(plan).appends().get(0),
                    sink);
        });
    }

    Mono<Creation> create(String stream, Beginning beginning) {
        return Mono.create(sink -> {
            Transaction.Append append = new Transaction.Append(stream, beginning.events(), ExpectedSequence.any());
            EncodedBatch batch = EncodedBatch.of(List.of(append), Origin.NONE, options);
            CreateWork work = new CreateWork(beginning, batch.appends().get(0));
            submit(batch.weight() + StreamHandle.CHANGE_BYTES, batch.frames() + 3, work, sink);
        });
    }

    /** Hands work to the writer. */
    <T> Mono<T> submit(long bytes, int frames, Function<GroupPlan, T> work) {
        return Mono.create(sink -> submit(bytes, frames, work, sink));
    }

    private <T> void submit(long bytes, int frames, Function<GroupPlan, T> work, MonoSink<T> sink) {
        LogException latched = writer.latch();
        if (latched != null) {
            sink.error(latched);
            return;
        }
        try {
            admission.enter(bytes);
        } catch (LogException refused) {
            if (admission.isClosed()) {
                // The writer may have seen this attempt at the door, and sleeps until it has left.
                writer.wake();
            }
            sink.error(refused);
            return;
        }
        waiting.put(new Command<>(bytes, frames, work, sink));
    }

    /** Runs blocking work on a reader thread. */
    <T> Mono<T> onReader(Callable<T> work) {
        return Mono.create(sink -> {
            try {
                readers.execute(() -> {
                    Thread.interrupted();
                    try {
                        sink.success(work.call());
                    } catch (LogException e) {
                        sink.error(e);
                    } catch (Throwable defect) {
                        sink.error(Failures.translate("read", defect, streams::nameOf));
                    }
                });
            } catch (RejectedExecutionException ended) {
                sink.error(new LogException.Closed());
            }
        });
    }

    StreamEntry existing(String name) {
        if (admission.isClosed()) {
            throw new LogException.Closed();
        }
        return streams.existing(name, now());
    }

    /** The stream, which is read from here on. */
    StreamEntry used(String name) {
        StreamEntry entry = existing(name);
        entry.use(now());
        return entry;
    }

    private long now() {
        return EventCodec.micros(options.clock().instant());
    }

    JournalReader journal() {
        return journal;
    }

    Executor readers() {
        return readers;
    }

    @Override
    public Flux<StreamInfo> streams(StreamsQuery query) {
        return Flux.defer(() -> {
            if (admission.isClosed()) {
                return Flux.error(new LogException.Closed());
            }
            boolean afterPrefix = query.after().compareTo(query.prefix()) >= 0;
            String first = afterPrefix ? query.after() : query.prefix();
            return Flux.fromIterable(streams.from(first, !afterPrefix))
                    .takeWhile(entry -> entry.name.startsWith(query.prefix()))
                    .mapNotNull(this::infoOf)
                    .take(query.limit());
        });
    }

    @Override
    public Flux<Event> subscribe(Selection selection, From from) {
        return follow(selection, from, Place.Below.FAIL).ofType(Event.class);
    }

    @Override
    public Flux<StreamSignal> signals(Selection selection, From from) {
        return follow(selection, from, Place.Below.KEEP);
    }

    private Flux<StreamSignal> follow(Selection selection, From from, Place.Below below) {
        return new PullFlux<>(() -> new SelectionPull(commits, selection, from, below, options), readers);
    }

    private @Nullable StreamInfo infoOf(StreamEntry entry) {
        Marks marks = entry.marks();
        return marks.exists() && !entry.isExpired(marks, now()) ? marks.info(entry.name) : null;
    }

    @Override
    public Durability durability() {
        return durability;
    }

    @Override
    public LogStatus status() {
        LogException latched = writer.latch();
        long existing =
                streams.all().stream().filter(entry -> entry.marks().exists()).count();
        return new LogStatus(
                state(latched),
                durability,
                writer.position(),
                existing,
                admission.waiting(),
                admission.waitingBytes(),
                latched == null ? "" : latched.getMessage(),
                findings());
    }

    private List<String> findings() {
        return Stream.concat(retention.findings().stream(), mediumFindings.get().stream())
                .limit(FINDINGS_MAX)
                .toList();
    }

    private LogStatus.State state(@Nullable LogException latched) {
        if (closing.get()) {
            return isClosed ? LogStatus.State.CLOSED : LogStatus.State.CLOSING;
        }
        return latched == null ? LogStatus.State.SERVING : LogStatus.State.LATCHED;
    }

    @Override
    public LogOptions options() {
        return options;
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            startClosing();
            return closed.asMono();
        });
    }
}
