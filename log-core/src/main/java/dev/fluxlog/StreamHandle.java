package dev.fluxlog;

import dev.fluxlog.backend.Frame;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A stream by its name; all state is the engine's. */
final class StreamHandle implements EventStream {
    /** What a change of a stream weighs for admission: a control frame and its name. */
    static final long CHANGE_BYTES = Frame.HEADER_BYTES + 512L;

    private final LogEngine engine;
    private final String name;

    StreamHandle(LogEngine engine, String name) {
        this.engine = engine;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Mono<AppendResult> append(List<NewEvent> events, AppendOptions options) {
        if (events.isEmpty() && options.after() != AppendOptions.After.SEAL) {
            throw new IllegalArgumentException("an append has at least one event");
        }
        Transaction.Append append = new Transaction.Append(name, events, options.expected());
        return engine.append(append, options.origin(), options.after());
    }

    @Override
    public Flux<Event> read(ReadOptions options) {
        return new PullFlux<>(() -> newRead(options), engine.readers());
    }

    private ReadPull newRead(ReadOptions options) {
        return new ReadPull(engine.used(name), engine.journal(), options, engine.options());
    }

    @Override
    public Mono<Page> page(ReadOptions options) {
        if (options.limit() > engine.options().pageEventsMax()) {
            return Mono.error(new LogException.LimitExceeded(
                    "pageEventsMax", engine.options().pageEventsMax(), options.limit()));
        }
        return engine.onReader(() -> readPage(options));
    }

    private Page readPage(ReadOptions options) {
        ReadPull read = newRead(options);
        List<Event> events = new ArrayList<>();
        long bytes = 0;
        while (bytes < engine.options().pageBytesMax()) {
            Event event = read.next(options.limit());
            if (event == null) {
                break;
            }
            events.add(event);
            bytes += event.data().length;
            if (read.isDone()) {
                break;
            }
        }
        Marks marks = read.marks();
        boolean forward = options.direction() == ReadOptions.Direction.FORWARD;
        long next = read.nextSequence();
        boolean complete = forward ? next > marks.high() : next < marks.low();
        From.After place = new From.After(forward ? next - 1 : next);
        return new Page(name, events, place, complete, marks.low(), marks.high(), marks.sealed());
    }

    @Override
    public Flux<Event> subscribe(From from) {
        return follow(from, Place.Below.FAIL).ofType(Event.class);
    }

    @Override
    public Flux<StreamSignal> signals(From from) {
        return follow(from, Place.Below.KEEP);
    }

    private Flux<StreamSignal> follow(From from, Place.Below below) {
        return new PullFlux<>(
                () -> new FollowPull(engine.used(name), engine.journal(), from, below, engine.options()),
                engine.readers());
    }

    @Override
    public Mono<StreamInfo> info() {
        return Mono.fromSupplier(() -> engine.existing(name).marks().info(name));
    }

    @Override
    public Mono<Creation> create(Beginning beginning) {
        return engine.create(name, beginning);
    }

    @Override
    public Mono<Creation> fork(String target, long through) {
        EventStream fork = engine.stream(target);
        ForkPoint point = new ForkPoint(name, through);
        return info().flatMap(
                        source -> fork.create(Beginning.with(source.settings()).withFork(point)));
    }

    @Override
    public Mono<StreamInfo> configure(StreamSettings settings) {
        return engine.submit(CHANGE_BYTES, 1, plan -> {
            StreamEntry entry = plan.existing(name);
            if (!entry.pending().settings().equals(settings)) {
                plan.configure(entry, settings);
            }
            return entry.pending().info(name);
        });
    }

    @Override
    public Mono<TrimResult> trim(long through) {
        if (through < 0) {
            throw new IllegalArgumentException("through is at least 0: " + through);
        }
        return engine.submit(CHANGE_BYTES, 1, plan -> {
            StreamEntry entry = plan.existing(name);
            Marks before = entry.pending();
            if (through > before.high()) {
                throw new LogException.Ahead(name, through, before.low(), before.high());
            }
            if (through >= before.low()) {
                plan.trim(entry, through + 1);
            }
            return new TrimResult(name, before.low(), through, entry.pending().low());
        });
    }

    @Override
    public Mono<StreamInfo> seal(ExpectedSequence expected) {
        return engine.submit(CHANGE_BYTES, 1, plan -> {
            StreamEntry entry = plan.existing(name);
            Marks before = entry.pending();
            if (!expected.admits(true, before.high())) {
                throw new LogException.Conflict(name, expected, before.high());
            }
            if (!before.sealed()) {
                plan.seal(entry, Producer.none());
            }
            return entry.pending().info(name);
        });
    }

    @Override
    public Mono<Void> delete() {
        return engine.submit(CHANGE_BYTES, 1, plan -> {
                    plan.delete(plan.existing(name));
                    return true;
                })
                .then();
    }

    @Override
    public String toString() {
        return "EventStream[" + name + "]";
    }
}
