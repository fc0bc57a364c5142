package dev.fluxlog;

import java.time.Clock;
import java.util.function.Consumer;

/**
 * Finds the streams whose time is over, and asks for their deletion; the writer deletes like for anybody.
 *
 * <p>Readers and writers do not wait for it: to them such a stream is gone at once, and whoever writes to its name
 * deletes it first. The sweep gives its space back when nobody comes. Confined to the timer thread.
 */
final class ExpirySweep {
    private final StreamTable streams;
    private final Clock clock;
    private final Consumer<StreamEntry> deleter;

    /** @param deleter asks for the deletion of a stream; returns at once */
    ExpirySweep(StreamTable streams, Clock clock, Consumer<StreamEntry> deleter) {
        this.streams = streams;
        this.clock = clock;
        this.deleter = deleter;
    }

    /** One pass over all streams. */
    void sweep() {
        long now = EventCodec.micros(clock.instant());
        for (StreamEntry entry : streams.all()) {
            if (entry.isExpired(entry.marks(), now)) {
                deleter.accept(entry);
            }
        }
    }
}
