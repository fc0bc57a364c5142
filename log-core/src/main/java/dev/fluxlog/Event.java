package dev.fluxlog;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;

/**
 * A committed fact, with its place.
 *
 * @param stream name of its stream
 * @param sequence number in its stream, from 1, dense, never reused
 * @param position number over the whole log, from 1, dense, in order of commit
 * @param time when the log began with the commit group that took it, by the log's clock, in microseconds; may step back
 *     from one event to the next, and lie some milliseconds before the append that had to share the group was called
 * @param type what kind of fact it is, empty for none
 * @param key what the fact is about, empty for none
 * @param headers names and values beside the data, sorted by name
 * @param data the bytes that were appended; do not modify
 */
public record Event(
        String stream,
        long sequence,
        long position,
        Instant time,
        String type,
        String key,
        Map<String, String> headers,
        byte[] data)
        implements StreamSignal {

    /** Media type of the data, empty when the producer gave none. */
    public String contentType() {
        return headers.getOrDefault(NewEvent.CONTENT_TYPE, "");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Event that
                && stream.equals(that.stream)
                && sequence == that.sequence
                && position == that.position
                && time.equals(that.time)
                && type.equals(that.type)
                && key.equals(that.key)
                && headers.equals(that.headers)
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return 31 * stream.hashCode() + Long.hashCode(sequence);
    }

    @Override
    public String toString() {
        return "Event[" + stream + " " + sequence + ", position=" + position + ", type=" + type + ", key=" + key + ", "
                + data.length + " bytes]";
    }
}
