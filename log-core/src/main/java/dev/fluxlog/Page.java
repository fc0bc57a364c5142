package dev.fluxlog;

import java.util.List;

/**
 * A bounded run of events, and where to go on.
 *
 * @param events in the order asked for; fewer than asked when the stream or the bound in bytes ends the page
 * @param next place for the page that follows in the same direction; the place asked for when the page is empty
 * @param complete true when nothing more lies in this direction: forward, the page reached {@code highWaterMark};
 *     backward, it reached {@code lowWaterMark}
 * @param lowWaterMark lowest readable sequence when the page was read
 * @param highWaterMark highest sequence ever assigned when the page was read
 * @param sealed whether nothing can follow the high-water mark any more
 */
public record Page(
        String stream,
        List<Event> events,
        From.After next,
        boolean complete,
        long lowWaterMark,
        long highWaterMark,
        boolean sealed) {
    public Page {
        events = List.copyOf(events);
    }
}
