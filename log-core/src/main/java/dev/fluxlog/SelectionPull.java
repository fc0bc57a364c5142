package dev.fluxlog;

import dev.fluxlog.backend.Frame;
import dev.fluxlog.backend.Run;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows many streams in the order of commit, with one number to resume from: the position.
 *
 * <p>It walks the runs of the commit order up to the published position and reads the selected ones from the journals
 * of their streams, which stay the only source of events. Positions are dense, so a filter that passes little can still
 * be resumed without missing anything. Events that were trimmed or deleted before it came to them are a gap of their
 * stream, one per run.
 */
final class SelectionPull implements Pull<StreamSignal> {
    /** The name under which the order of commit is spoken of in signals and failures. */
    static final String ALL = "$all";

    private static final int RUNS_MAX = 256;

    private final Commits commits;
    private final Selection selection;
    private final From from;
    private final Place.Below below;
    private final ReadAhead ahead;

    /** As it was at the start. */
    private final long startPosition;

    private volatile @Nullable Runnable wake;
    private volatile boolean stopped;
    private boolean found;
    private boolean caughtUp;
    private Iterator<Run> runs = List.<Run>of().iterator();

    /** What is left of the run being read. */
    private @Nullable Run run;

    /** The stream of {@link #run}. */
    private @Nullable StreamEntry entry;

    /** Everything up to here was given out, passed over or reported lost. */
    private long last;

    /** The last position that a signal has told. */
    private long told;

    SelectionPull(Commits commits, Selection selection, From from, Place.Below below, LogOptions bounds) {
        this.commits = commits;
        this.selection = selection;
        this.from = from;
        this.below = below;
        this.ahead = new ReadAhead(bounds);
        this.startPosition = commits.position();
    }

    @Override
    public void start(Runnable newWake) {
        wake = newWake;
        commits.listeners().add(newWake);
        // The log may have moved, or closed, before the listener was there.
        newWake.run();
    }

    @Override
    public @Nullable StreamSignal next(long demand) {
        if (!found) {
            last = findPlace();
            told = last;
            found = true;
        }
        while (!stopped) {
            if (commits.journal().isClosed()) {
                throw new LogException.Closed();
            }
            StreamSignal signal = ahead.isEmpty() ? advance(demand) : selected();
            if (signal != null) {
                told = last;
                return signal;
            }
            if (last - told >= StreamSignal.PASSED_EVERY) {
                told = last;
                return new StreamSignal.Passed(ALL, last);
            }
            if (ahead.isEmpty() && run == null && !runs.hasNext() && last >= commits.position()) {
                return atTail();
            }
        }
        return null;
    }

    private @Nullable StreamSignal selected() {
        Event event = ahead.next(entry == null ? "" : entry.name);
        if (event == null) {
            return null;
        }
        last = event.position();
        return selection.admitsType(event.type()) ? event : null;
    }

    /** One step towards the next event: more runs, the next run, or the frames of this one. */
    private @Nullable StreamSignal advance(long demand) {
        Run current = run;
        if (current == null || last + 1 >= current.end()) {
            run = null;
            if (runs.hasNext()) {
                begin(runs.next());
            } else if (last < commits.position()) {
                return more();
            }
            return null;
        }
        return read(current.from(last + 1), demand);
    }

    /** Reads on in the order of commit, or tells which positions are lost for good. */
    private @Nullable StreamSignal more() {
        try {
            runs = commits.journal()
                    .runs(last + 1, commits.position(), RUNS_MAX)
                    .iterator();
            return null;
        } catch (LogException.Corrupt unreadable) {
            if (below == Place.Below.FAIL || unreadable.lostThrough() <= last) {
                throw unreadable;
            }
            long from = last + 1;
            last = Math.min(unreadable.lostThrough(), commits.position());
            return new StreamSignal.Gap(ALL, from, last);
        }
    }

    private void begin(Run next) {
        StreamEntry of = commits.stream(next.stream());
        entry = of;
        run = next;
        if (!selection.admitsStream(of.name)) {
            last = next.end() - 1;
        }
    }

    private @Nullable StreamSignal read(Run rest, long demand) {
        StreamEntry of = commits.stream(rest.stream());
        Marks marks = of.marks();
        if (rest.sequence() < marks.low()) {
            return lost(rest, marks);
        }
        try {
            long through = rest.sequence() + rest.count() - 1;
            List<Frame> frames = commits.journal()
                    .frames(of, rest.sequence(), through, ahead.framesWanted(demand), ahead.bytesMax());
            if (frames.get(0).position() != rest.position()) {
                throw new LogException.Corrupt(of.name, rest.sequence(), 0, "", -1, null);
            }
            ahead.fill(frames);
        } catch (LogException.Corrupt unreadable) {
            // A trim since the marks were looked at explains it: what is gone is not damaged.
            if (rest.sequence() < of.marks().low()) {
                return null;
            }
            if (below == Place.Below.FAIL || unreadable.lostThrough() < rest.sequence()) {
                throw unreadable;
            }
            long through = Math.min(unreadable.lostThrough(), rest.sequence() + rest.count() - 1);
            last = rest.position() + (through - rest.sequence());
            return new StreamSignal.Gap(of.name, rest.sequence(), through);
        }
        return null;
    }

    private @Nullable StreamSignal lost(Run rest, Marks marks) {
        long through = Math.min(rest.sequence() + rest.count(), marks.low()) - 1;
        String name = commits.stream(rest.stream()).name;
        last = rest.position() + (through - rest.sequence());
        if (!(from instanceof From.After) && last <= startPosition) {
            // Whoever asked for what there is, and not for what follows a known place, has lost nothing.
            return null;
        }
        if (below == Place.Below.KEEP) {
            return new StreamSignal.Gap(name, rest.sequence(), through);
        }
        throw new LogException.Trimmed(name, rest.sequence(), marks.low(), marks.high());
    }

    private @Nullable StreamSignal atTail() {
        if (caughtUp) {
            return null;
        }
        caughtUp = true;
        told = last;
        return new StreamSignal.CaughtUp(ALL, last);
    }

    private long findPlace() {
        if (from instanceof From.After after) {
            if (after.sequence() > startPosition) {
                throw new LogException.Ahead(ALL, after.sequence(), 1, startPosition);
            }
            return after.sequence();
        }
        if (from instanceof From.Last newest) {
            return Math.max(0, startPosition - newest.count());
        }
        if (from instanceof From.At at) {
            return search(EventCodec.micros(at.time()));
        }
        return from instanceof From.Start ? 0 : startPosition;
    }

    private long search(long micros) {
        long position = 0;
        while (position < startPosition && !stopped) {
            List<Run> found;
            try {
                found = commits.journal().runs(position + 1, startPosition, RUNS_MAX);
            } catch (LogException.Corrupt unreadable) {
                if (unreadable.lostThrough() <= position) {
                    throw unreadable;
                }
                position = unreadable.lostThrough();
                continue;
            }
            for (Run next : found) {
                StreamEntry of = commits.stream(next.stream());
                if (next.sequence() >= of.marks().low() && timeOf(of, next.sequence()) >= micros) {
                    return next.position() - 1;
                }
                position = next.end() - 1;
            }
        }
        return startPosition;
    }

    /** All events of a run were committed together and have the same time. */
    private long timeOf(StreamEntry of, long sequence) {
        return commits.journal().frames(of, sequence, sequence, 1, 1).get(0).timeMicros();
    }

    @Override
    public boolean isDone() {
        if (commits.journal().isClosed()) {
            throw new LogException.Closed();
        }
        return false;
    }

    @Override
    public void stop() {
        stopped = true;
        Runnable registered = wake;
        if (registered != null) {
            commits.listeners().remove(registered);
        }
    }
}
