package dev.fluxlog;

import dev.fluxlog.backend.Frame;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Finds the place that a {@link From} means: the sequence right before it.
 *
 * <p>{@code tail} and {@code last} mean the marks as they were when the reader subscribed. Only {@code at} reads: event
 * by event from the low-water mark, because times may step back and the first match in order of sequence counts.
 */
final class Place {
    private static final int SEARCH_FRAMES = 1024;
    private static final int SEARCH_BYTES = 1 << 20;

    private Place() {}

    /** What a reader does with a place below the low-water mark. */
    enum Below {
        FAIL,
        /** Keep it: the caller reports the gap. */
        KEEP
    }

    /**
     * @param stopped ends a search early; its result is of no use then
     * @throws LogException.Trimmed, {@link LogException.Ahead}
     */
    static long find(
            From from, StreamEntry entry, Marks marks, JournalReader journal, Below below, BooleanSupplier stopped) {
        if (from instanceof From.After after) {
            return checked(after.sequence(), entry.name, marks, below);
        }
        if (from instanceof From.Last last) {
            return Math.max(marks.low() - 1, marks.high() - last.count());
        }
        if (from instanceof From.At at) {
            return search(EventCodec.micros(at.time()), entry, marks, journal, stopped);
        }
        return from instanceof From.Start ? marks.low() - 1 : marks.high();
    }

    private static long checked(long after, String stream, Marks marks, Below below) {
        if (after > marks.high()) {
            throw new LogException.Ahead(stream, after, marks.low(), marks.high());
        }
        if (after < marks.low() - 1 && below == Below.FAIL) {
            throw new LogException.Trimmed(stream, after + 1, marks.low(), marks.high());
        }
        return after;
    }

    private static long search(
            long micros, StreamEntry entry, Marks marks, JournalReader journal, BooleanSupplier stopped) {
        long sequence = marks.low();
        while (sequence <= marks.high() && !stopped.getAsBoolean()) {
            List<Frame> found = journal.survivors(entry, sequence, marks.high(), SEARCH_FRAMES, SEARCH_BYTES);
            if (found.isEmpty()) {
                break;
            }
            for (Frame frame : found) {
                if (frame.timeMicros() >= micros) {
                    return frame.sequence() - 1;
                }
                sequence = frame.sequence() + 1;
            }
        }
        return marks.high();
    }
}
