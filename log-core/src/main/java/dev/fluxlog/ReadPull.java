package dev.fluxlog;

import dev.fluxlog.ReadOptions.Direction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one side of a place and ends: forward at the tail as it was at the start, backward at the low-water mark.
 *
 * <p>A trim that overtakes a forward reader ends it with {@code Trimmed}; a backward reader has reached its end.
 */
final class ReadPull implements Pull<Event> {
    private final StreamEntry entry;
    private final JournalReader journal;
    private final ReadOptions options;
    private final ReadAhead ahead;

    /** As it was at the start. */
    private final Marks start;

    private volatile boolean stopped;
    private boolean found;
    private boolean done;
    private long remaining;

    /** The sequence wanted next. */
    private long next;

    ReadPull(StreamEntry entry, JournalReader journal, ReadOptions options, LogOptions bounds) {
        this.entry = entry;
        this.journal = journal;
        this.options = options;
        this.ahead = new ReadAhead(bounds);
        this.start = entry.marks();
        this.remaining = options.limit();
    }

    @Override
    public void start(Runnable wake) {
        // It never waits, so nothing wakes it.
    }

    @Override
    public @Nullable Event next(long demand) {
        findPlace();
        if (remaining == 0) {
            done = true;
            return null;
        }
        if (ahead.isEmpty()) {
            fill(Math.min(demand, remaining));
        }
        Event event = ahead.next(entry.name);
        if (event != null) {
            remaining--;
            next = event.sequence() + step();
        }
        done = remaining == 0 || (ahead.isEmpty() && isPastEnd());
        return event;
    }

    private void findPlace() {
        if (!found) {
            long place = Place.find(options.from(), entry, start, journal, Place.Below.FAIL, () -> stopped);
            next = isForward() ? place + 1 : place;
            found = true;
        }
    }

    private void fill(long wanted) {
        Marks now = entry.marks();
        if (!now.exists()) {
            throw new LogException.UnknownStream(entry.name);
        }
        if (isForward() && next < now.low() && next <= start.high()) {
            throw new LogException.Trimmed(entry.name, next, now.low(), now.high());
        }
        if (isPastEnd()) {
            return;
        }
        try {
            ahead.fill(
                    isForward()
                            ? journal.frames(entry, next, start.high(), ahead.framesWanted(wanted), ahead.bytesMax())
                            : journal.framesBackward(
                                    entry, next, now.low(), ahead.framesWanted(wanted), ahead.bytesMax()));
        } catch (LogException.Corrupt unreadable) {
            // A trim since the marks were looked at explains it: what is gone is not damaged.
            if (next >= entry.marks().low()) {
                throw unreadable;
            }
            ahead.fill(List.of());
            fill(wanted);
        }
    }

    private boolean isForward() {
        return options.direction() == Direction.FORWARD;
    }

    private int step() {
        return isForward() ? 1 : -1;
    }

    private boolean isPastEnd() {
        return isForward() ? next > start.high() : next < entry.marks().low();
    }

    @Override
    public boolean isDone() {
        if (!done && journal.isClosed()) {
            throw new LogException.Closed();
        }
        return done;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    /** Marks as they were at the start. */
    Marks marks() {
        return start;
    }

    /** The sequence that would come next. */
    long nextSequence() {
        return next;
    }
}
