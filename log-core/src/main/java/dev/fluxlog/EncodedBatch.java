package dev.fluxlog;

import java.util.ArrayList;
import java.util.List;

/**
 * What one commit appends, encoded on the producer's thread and within its bounds.
 *
 * <p>Every append passes here, the smallest most often: plain loops, no streams of the library.
 *
 * @param weight what it counts for admission and for the bounds of a group: bytes of frames, and one for each append
 * @param frames what it counts for the bound of frames; an append without events counts as one
 */
record EncodedBatch(List<EncodedAppend> appends, long weight, int frames) {

    /** @throws LogException {@code LimitExceeded} or {@code TooLarge}; before anything large is encoded */
    static EncodedBatch of(List<Transaction.Append> appends, Origin origin, LogOptions options) {
        long events = 0;
        long data = 0;
        for (Transaction.Append append : appends) {
            events += append.events().size();
            for (NewEvent event : append.events()) {
                data += event.data().length;
            }
        }
        long count = Math.max(events, appends.size());
        if (count > options.batchEventsMax()) {
            throw new LogException.LimitExceeded("batchEventsMax", options.batchEventsMax(), count);
        }
        // Before anything is encoded: a batch far above its bound must not cost memory.
        checkBytes(data, options);
        return encoded(appends, origin, options);
    }

    private static EncodedBatch encoded(List<Transaction.Append> appends, Origin origin, LogOptions options) {
        List<EncodedAppend> encoded = new ArrayList<>(appends.size());
        long content = 0;
        long weight = 0;
        int frames = 0;
        for (Transaction.Append append : appends) {
            EncodedAppend next = EncodedAppend.of(append, origin, options);
            encoded.add(next);
            content += next.contentBytes;
            weight += next.frames.length + 1L;
            frames += Math.max(1, next.count());
        }
        checkBytes(content, options);
        return new EncodedBatch(encoded, weight, frames);
    }

    private static void checkBytes(long bytes, LogOptions options) {
        if (bytes > options.batchBytesMax()) {
            throw new LogException.TooLarge("batchBytesMax", options.batchBytesMax(), bytes);
        }
    }
}
