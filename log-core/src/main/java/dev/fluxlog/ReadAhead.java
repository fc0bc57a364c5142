package dev.fluxlog;

import dev.fluxlog.backend.Frame;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frames that a reader has read and not given out yet: bounded by demand, and by the prefetch whatever the demand.
 */
final class ReadAhead {
    /** Read even for a demand of 1: a seek costs as much as some frames. */
    private static final int FRAMES_MIN = 16;

    private final LogOptions options;
    private Iterator<Frame> frames = List.<Frame>of().iterator();

    ReadAhead(LogOptions options) {
        this.options = options;
    }

    boolean isEmpty() {
        return !frames.hasNext();
    }

    @Nullable
    Event next(String stream) {
        return frames.hasNext() ? EventCodec.decode(stream, frames.next()) : null;
    }

    int framesWanted(long demand) {
        return (int) Math.min(options.prefetchEventsMax(), Math.max(FRAMES_MIN, demand));
    }

    int bytesMax() {
        return options.prefetchBytesMax();
    }

    void fill(List<Frame> read) {
        frames = read.iterator();
    }
}
