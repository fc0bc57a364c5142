package dev.fluxlog;

import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Follows a stream from a place: what is stored, then what comes, as one path.
 *
 * <p>Problem: a hand-over from history to live events is where events are lost or repeated. Idea: there is none. The
 * follower holds one number, the last sequence given out, and reads the journal behind it up to the published mark; at
 * the tail it waits for the mark to move. The writer tells it nothing but that.
 *
 * <p>Invariants: sequences rise by one; a jump is reported as a gap with its exact range, and only where the low-water
 * mark has passed or events are known to be lost; {@code CaughtUp} comes once. Events read before a trim are still given out: they were readable.
 */
final class FollowPull implements Pull<StreamSignal> {
    private final StreamEntry entry;
    private final JournalReader journal;
    private final From from;
    private final Place.Below below;
    private final ReadAhead ahead;
    private final Clock clock;

    /** As it was at the start: places such as the tail mean the moment of subscribing. */
    private final Marks start;

    private volatile @Nullable Runnable wake;
    private volatile boolean stopped;
    private boolean found;

    /** Told, or not wanted: completing must not wait for demand for a signal that nobody gets. */
    private boolean caughtUp;

    /** The last sequence given out or reported lost. */
    private long last;

    FollowPull(StreamEntry entry, JournalReader journal, From from, Place.Below below, LogOptions bounds) {
        this.entry = entry;
        this.journal = journal;
        this.from = from;
        this.below = below;
        this.caughtUp = below == Place.Below.FAIL;
        this.ahead = new ReadAhead(bounds);
        this.clock = bounds.clock();
        this.start = entry.marks();
    }

    @Override
    public void start(Runnable newWake) {
        wake = newWake;
        entry.listeners().add(newWake);
        // The stream may have moved, or the log closed, before the listener was there.
        newWake.run();
    }

    @Override
    public @Nullable StreamSignal next(long demand) {
        if (!found) {
            last = Place.find(from, entry, start, journal, below, () -> stopped);
            found = true;
        }
        while (ahead.isEmpty()) {
            if (stopped) {
                return null;
            }
            if (journal.isClosed()) {
                throw new LogException.Closed();
            }
            Marks marks = entry.marks();
            if (!marks.exists()) {
                throw new LogException.UnknownStream(entry.name);
            }
            if (last + 1 < marks.low()) {
                return gap(marks);
            }
            if (last >= marks.high()) {
                return atTail();
            }
            StreamSignal lost = fill(demand, marks);
            if (lost != null) {
                return lost;
            }
        }
        Event event = ahead.next(entry.name);
        if (event != null) {
            last = event.sequence();
        }
        return event;
    }

    private StreamSignal gap(Marks marks) {
        if (below == Place.Below.FAIL) {
            throw new LogException.Trimmed(entry.name, last + 1, marks.low(), marks.high());
        }
        StreamSignal.Gap gap = new StreamSignal.Gap(entry.name, last + 1, marks.low() - 1);
        last = marks.low() - 1;
        return gap;
    }

    private @Nullable StreamSignal atTail() {
        if (caughtUp) {
            return null;
        }
        caughtUp = true;
        return new StreamSignal.CaughtUp(entry.name, last);
    }

    /** Reads on, or tells what is lost for good. */
    private @Nullable StreamSignal fill(long demand, Marks marks) {
        try {
            ahead.fill(journal.frames(entry, last + 1, marks.high(), ahead.framesWanted(demand), ahead.bytesMax()));
        } catch (LogException.Corrupt unreadable) {
            // A trim since the marks were looked at explains it: what is gone is not damaged.
            if (last + 1 < entry.marks().low()) {
                return null;
            }
            if (below == Place.Below.FAIL || unreadable.lostThrough() <= last) {
                throw unreadable;
            }
            long from = last + 1;
            last = Math.min(unreadable.lostThrough(), marks.high());
            return new StreamSignal.Gap(entry.name, from, last);
        }
        return null;
    }

    @Override
    public boolean isDone() {
        if (journal.isClosed()) {
            throw new LogException.Closed();
        }
        Marks marks = entry.marks();
        return found && caughtUp && ahead.isEmpty() && marks.exists() && marks.sealed() && last >= marks.high();
    }

    @Override
    public void stop() {
        stopped = true;
        Runnable registered = wake;
        if (registered != null) {
            // The stream is idle from now on, not since the subscriber came.
            entry.use(EventCodec.micros(clock.instant()));
            entry.listeners().remove(registered);
        }
    }
}
