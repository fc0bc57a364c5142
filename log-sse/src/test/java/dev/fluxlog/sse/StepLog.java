package dev.fluxlog.sse;

import dev.fluxlog.Event;
import dev.fluxlog.From;
import dev.fluxlog.NewEvent;
import dev.fluxlog.StreamSignal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** A log of one stream whose readers move when they are told to. */
final class StepLog {
    final List<Reader> readers = new ArrayList<>();
    final AtomicInteger framed = new AtomicInteger();
    long low = 1;
    long high;
    int payload = 10;
    long mostAsked;

    void append(int count) {
        high += count;
    }

    void trim(long newLow) {
        low = Math.max(low, newLow);
    }

    Flux<StreamSignal> signals(From from) {
        return Flux.from(subscriber -> {
            Reader reader = new Reader(this, (CoreSubscriber<? super StreamSignal>) subscriber, placeOf(from));
            readers.add(reader);
            subscriber.onSubscribe(reader);
        });
    }

    long placeOf(From from) {
        return ((From.After) from).sequence();
    }

    private Event event(long sequence) {
        return new Event(
                "a",
                sequence,
                sequence,
                Instant.EPOCH,
                sequence % 2 == 0 ? "even" : "odd",
                "",
                Map.of(NewEvent.CONTENT_TYPE, "text/plain"),
                "x".repeat(payload).getBytes(StandardCharsets.US_ASCII));
    }

    static final class Reader implements Subscription {
        private final StepLog log;
        private final CoreSubscriber<? super StreamSignal> subscriber;
        private long last;
        private long wanted;
        private boolean caughtUp;

        Reader(StepLog log, CoreSubscriber<? super StreamSignal> subscriber, long after) {
            this.log = log;
            this.subscriber = subscriber;
            this.last = after;
        }

        void step(int most) {
            for (int i = 0; i < most && wanted > 0 && log.readers.contains(this); i++) {
                if (last + 1 < log.low) {
                    StreamSignal gap = new StreamSignal.Gap("a", last + 1, log.low - 1);
                    last = log.low - 1;
                    give(gap);
                } else if (last < log.high) {
                    give(log.event(++last));
                } else if (!caughtUp) {
                    caughtUp = true;
                    give(new StreamSignal.CaughtUp("a", last));
                } else {
                    return;
                }
            }
        }

        private void give(StreamSignal signal) {
            wanted--;
            subscriber.onNext(signal);
        }

        @Override
        public void request(long n) {
            wanted += n;
            log.mostAsked = Math.max(log.mostAsked, wanted);
        }

        @Override
        public void cancel() {
            log.readers.remove(this);
        }
    }
}
