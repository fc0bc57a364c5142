package dev.fluxlog.cli;

import dev.fluxlog.From;
import dev.fluxlog.ReadOptions;
import dev.fluxlog.StreamInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a long run of events page by page: which page is next, and whether there is one.
 *
 * <p>Ends at the mark that the stream had at the start, at the limit, or with an empty page. Used by one reader, one
 * page at a time.
 */
final class PageWalk {
    private final ReadOptions options;
    private final long end;
    private long left;
    private String place;
    private boolean done;

    PageWalk(ReadOptions options, StreamInfo info) {
        this.options = options;
        this.end = isForward() ? info.highWaterMark() : info.lowWaterMark();
        this.left = options.limit();
        this.place = firstPlace(info);
        boolean beforeAll = !isForward() && options.from().equals(From.after(0));
        this.done = beforeAll || (info.events() == 0 && !(options.from() instanceof From.After));
    }

    private boolean isForward() {
        return options.direction() == ReadOptions.Direction.FORWARD;
    }

    private String firstPlace(StreamInfo info) {
        From from = options.from();
        if (from instanceof From.After after) {
            // Backward, what lies right before the place is its own sequence.
            return (isForward() ? "after=" : "from=") + after.sequence();
        }
        if (from instanceof From.Last last) {
            // Spelled as a place: a page holds fewer than may be asked for here.
            long wanted = Math.min(last.count(), info.events());
            return "after=" + (info.highWaterMark() - wanted);
        }
        if (from instanceof From.At at) {
            return "since=" + at.time();
        }
        return from instanceof From.Tail ? "from=tail" : "from=start";
    }

    /** Query of the next page. */
    String query(int pageEventsMax) {
        String direction = isForward() ? "" : "&direction=backward";
        return "?" + place + direction + "&limit=" + Math.min(left, pageEventsMax);
    }

    /** The events of a page that belong to the run. */
    List<EventLine> take(List<EventLine> page) {
        List<EventLine> taken = new ArrayList<>(page.size());
        for (EventLine line : page) {
            boolean beyond = isForward() ? line.number() > end : line.number() < end;
            if (!beyond) {
                taken.add(line);
            }
        }
        left -= taken.size();
        done = taken.isEmpty() || left <= 0;
        if (!taken.isEmpty()) {
            long reached = taken.get(taken.size() - 1).number();
            done |= reached == end;
            place = isForward() ? "after=" + reached : "from=" + (reached - 1);
        }
        return taken;
    }

    boolean goesOn() {
        return !done;
    }
}
