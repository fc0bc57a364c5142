package dev.fluxlog.tck;

import dev.fluxlog.EventLog;
import dev.fluxlog.EventStream;
import dev.fluxlog.From;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamSettings;
import dev.fluxlog.spec.Proves;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.Publisher;

/** The rules of Reactive Streams, verified by their own kit on every publisher of a stream. */
public abstract class StreamsContract extends LogContract {

    @TestFactory
    @Proves("SUB-35")
    final Stream<DynamicTest> readingKeepsTheRules() {
        return verify(stream -> stream.read(ReadOptions.forward(From.start())), 0);
    }

    @TestFactory
    @Proves("SUB-35")
    final Stream<DynamicTest> readingBackwardKeepsTheRules() {
        return verify(stream -> stream.read(ReadOptions.backward(From.tail())), 0);
    }

    @TestFactory
    @Proves("SUB-35")
    final Stream<DynamicTest> subscribingKeepsTheRules() {
        return verify(stream -> stream.subscribe(From.start()), 0);
    }

    @TestFactory
    @Proves("SUB-35")
    final Stream<DynamicTest> signallingKeepsTheRules() {
        // That the tail is reached is a signal too, so that there is never none.
        return verify(stream -> stream.signals(From.start()), 1)
                .filter(test -> !test.getDisplayName()
                        .equals("optional_spec105_emptyStreamMustTerminateBySignallingOnComplete"));
    }

    private Stream<DynamicTest> verify(Function<EventStream, Publisher<?>> way, int others) {
        EventLog log = open();
        append(log.stream("ready"), 1);
        return new PublisherRules(
                        elements -> way.apply(sealedWith(log, (int) elements - others)),
                        () -> way.apply(log.stream("never")))
                .tests();
    }

    /** A stream that ends, with so many events. */
    private EventStream sealedWith(EventLog log, int events) {
        EventStream stream = log.stream("with-" + events);
        if (get(stream.create(StreamSettings.defaults())).created()) {
            if (events > 0) {
                stream(log, stream.name(), events, 1);
            }
            get(stream.seal());
        }
        return stream;
    }
}
